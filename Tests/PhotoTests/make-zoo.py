"""Makes the pictures in Zoo/: the same four coloured quarters in every format and colour space that is taken.

    pip install pillow pillow-heif numpy tifffile && python make-zoo.py
"""
import io, pathlib, struct
import numpy as np, pillow_heif, tifffile
from PIL import Image, ImageCms

zoo = pathlib.Path(__file__).parent / "Zoo"
zoo.mkdir(exist_ok=True)
W, H = 48, 32
RED, GREEN, BLUE, GREY = (220, 40, 30), (40, 170, 60), (30, 60, 200), (128, 128, 128)


def quarters(w=W, h=H):
    a = np.zeros((h, w, 3), np.uint8)
    a[: h // 2, : w // 2], a[: h // 2, w // 2 :] = RED, GREEN
    a[h // 2 :, : w // 2], a[h // 2 :, w // 2 :] = BLUE, GREY
    return Image.fromarray(a)


rgb = quarters()
rgb.save(zoo / "plain.jpg", quality=95, subsampling=0)
rgb.save(zoo / "progressive.jpg", quality=95, subsampling=0, progressive=True)
rgb.save(zoo / "plain.png")
rgb.save(zoo / "plain.webp", lossless=True)
rgb.save(zoo / "plain.tiff", compression="tiff_lzw")
rgb.save(zoo / "plain.avif", quality=95)
pillow_heif.register_heif_opener()
rgb.save(zoo / "plain.heic", quality=95)
rgb.quantize(8).save(zoo / "palette.png")
rgb.quantize(8).save(zoo / "plain.gif")
rgb.convert("L").save(zoo / "grey.jpg", quality=95)
rgb.convert("L").save(zoo / "grey.png")

# Two frames; the first is the quarters.
black = Image.new("RGB", (W, H))
rgb.save(zoo / "animated.gif", save_all=True, append_images=[black], duration=100)
rgb.save(zoo / "animated.webp", save_all=True, append_images=[black], duration=100, lossless=True)

# Transparent round the edge, over which white must come.
alpha = Image.new("L", (W, H), 0)
alpha.paste(255, (8, 4, W - 8, H - 4))
clear = rgb.copy()
clear.putalpha(alpha)
clear.save(zoo / "alpha.png")
clear.save(zoo / "alpha.webp", lossless=True)
grey = rgb.convert("L").copy()
la = Image.merge("LA", (grey, alpha))
la.save(zoo / "grey-alpha.png")

# 16 bits.
wide = np.asarray(rgb).astype(np.uint16) * 257
tifffile.imwrite(zoo / "16bit.tiff", wide, photometric="rgb", compression="deflate")
def png16(path, a):  # Pillow writes no 16-bit RGB
    import zlib
    h, w, c = a.shape
    raw = b"".join(b"\0" + a[y].astype(">u2").tobytes() for y in range(h))
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    kinds = {1: 0, 3: 2, 4: 6}
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 16, kinds[c], 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))
png16(zoo / "16bit.png", wide)
png16(zoo / "16bit-grey.png", np.asarray(grey).astype(np.uint16)[..., None] * 257)
png16(zoo / "16bit-alpha.png", np.dstack([wide, np.asarray(alpha).astype(np.uint16) * 257]))

# CMYK without a profile, as Photoshop stores it (inverted, Adobe marker), and other colour spaces with one.
rgb.convert("CMYK").save(zoo / "cmyk.jpg", quality=95)
lab = ImageCms.createProfile("LAB")
srgb = ImageCms.createProfile("sRGB")
icc_lab = np.asarray(ImageCms.profileToProfile(rgb, srgb, lab, outputMode="LAB")).astype(int)
# TIFF's own L*a*b* has signed a and b; Pillow keeps them signed too, modulo 256.
tifffile.imwrite(zoo / "lab.tiff", icc_lab.astype(np.uint8), photometric="cielab", compression="deflate")

# Red and blue exchanged by the embedded profile: only a reader that applies it shows the quarters.
profile = bytearray(ImageCms.ImageCmsProfile(srgb).tobytes())
tags = struct.unpack(">I", profile[128:132])[0]
where = {}
for i in range(tags):
    name, offset, size = struct.unpack(">4sII", profile[132 + 12 * i : 144 + 12 * i])
    where[name] = 132 + 12 * i
for field in range(4, 12):
    a, b = where[b"rXYZ"] + field, where[b"bXYZ"] + field
    profile[a], profile[b] = profile[b], profile[a]
swapped = Image.merge("RGB", rgb.split()[::-1])
swapped.save(zoo / "profile.jpg", quality=95, subsampling=0, icc_profile=bytes(profile))
swapped.save(zoo / "profile.png", icc_profile=bytes(profile))
rgb.save(zoo / "broken-profile.jpg", quality=95, subsampling=0, icc_profile=b"\0" * 200)

# What a camera held in eight ways stores: upright, all are the quarters.
undo = {1: None, 2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM, 5: Image.TRANSPOSE,
        6: Image.ROTATE_90, 7: Image.TRANSVERSE, 8: Image.ROTATE_270}
for orientation, operation in undo.items():
    stored = rgb if operation is None else rgb.transpose(operation)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(zoo / f"exif-{orientation}.jpg", quality=95, subsampling=0, exif=exif)

# A header that promises 60000 x 60000 pixels, and nothing behind it.
import zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
(zoo / "huge-header.png").write_bytes(
    b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b""))
jpeg = bytearray((zoo / "plain.jpg").read_bytes())
frame = jpeg.index(b"\xff\xc0")
jpeg[frame + 5 : frame + 9] = struct.pack(">HH", 60000, 60000)
(zoo / "huge-header.jpg").write_bytes(jpeg)
