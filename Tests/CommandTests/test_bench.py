"""`flexatar bench`: every figure is there, with its bar, and is a figure. Whether a bar is reached is the machine's affair."""
FIGURES = {
    "landmarks": ("ms", {"atMost": 60}), "create": ("s", {"atMost": 2.5}), "avatar": ("kB", {"atMost": 500}),
    "speech": ("of real time", {}), "deform": ("ms", {"atMost": 2}), "draw": ("ms", {}),
    "video": ("times real time", {"atLeast": 4}),
}


def test_measures_everything(flexatar, portrait):
    done = flexatar("bench", "--json", "--film-seconds", "1", timeout=300)
    assert done.code == 0, done.err
    figures = {figure.pop("name"): figure for figure in done.json["figures"]}
    assert set(figures) == set(FIGURES)
    for name, (unit, bar) in FIGURES.items():
        figure = figures[name]
        value = figure["value"]
        assert value > 0 and figure["unit"] == unit
        assert {key: figure[key] for key in figure if key.startswith("at")} == bar
        if bar:
            assert figure["holds"] == (value <= bar["atMost"] if "atMost" in bar else value >= bar["atLeast"])
    # What holds on any machine: sizes, and that each is within reason of what it is on a good one.
    assert figures["avatar"]["holds"]
    assert figures["landmarks"]["value"] < 600 and figures["create"]["value"] < 25 and figures["speech"]["value"] < 0.5


def test_is_a_table_without_json(flexatar, portrait):
    done = flexatar("bench", "--film-seconds", "1", timeout=300)
    assert done.code == 0, done.err
    assert [line.split()[0] for line in done.out.splitlines()] == list(FIGURES)


SPEECH = ["accuracy", "macro-F1", "PBM recall", "PBM precision", "FV recall", "FV precision", "changes"]


def test_speech_is_measured_without_clips(flexatar):
    done = flexatar("bench", "speech", "--json")
    assert done.code == 0, done.err
    figures = {figure["name"]: figure for figure in done.json["figures"]}
    assert set(figures) == {"delay", "cost"}
    assert figures["delay"]["holds"] and 0 < figures["cost"]["value"] < 0.5


def test_speech_is_scored_on_clips(flexatar, shared):
    done = flexatar("bench", "speech", shared / "speech/dev/libri-150", "--json")
    assert done.code == 0, done.err
    figures = {figure["name"]: figure["value"] for figure in done.json["figures"]}
    assert list(figures) == ["clips", "sound", *SPEECH, "delay", "cost"]
    assert all(0 < figures[name] <= 1 for name in SPEECH[:-1]) and figures["accuracy"] > 0.5
    assert 8 < figures["changes"] < 14


def test_a_folder_without_clips_is_told(flexatar, tmp_path):
    flexatar("bench", "speech", tmp_path).failed(tmp_path.name, ".phones.tsv")
    flexatar("bench", "speech", tmp_path / "none").failed("none", "no such file")


def test_says_what_is_wrong_with_its_photo(flexatar, tmp_path):
    flexatar("bench", "--photo", tmp_path / "none.jpg").failed("none.jpg", "no such file")
    (tmp_path / "empty.jpg").write_bytes(b"")
    flexatar("bench", "--photo", tmp_path / "empty.jpg").refused("unreadable")
