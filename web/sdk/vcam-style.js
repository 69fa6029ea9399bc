/** @type {CSSStyleSheet | null} */
let sheet = null

/** How picture and studio lie in the element. A constructed sheet: inline ones are refused by strict policies. */
export function studioStyle() {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(`
      :host { display: block; container-type: size; width: 100%; height: 640px; }
      .camera { display: flex; flex-direction: column; gap: 12px; height: 100%; }
      .picture { position: relative; flex: none; align-self: center; max-height: 48%; max-width: 100%; }
      .picture:not(:has(canvas)) { display: none; }
      canvas { display: block; max-width: 100%; max-height: 48cqh; border-radius: 16px; }
      .studio { flex: 1; min-height: 0; }
      .studio:empty { display: none; }
      iframe { width: 100%; height: 100%; border: 0; border-radius: 16px; color-scheme: light dark; }
      progress { position: absolute; inset: auto 16px 16px; width: calc(100% - 32px); height: 4px; accent-color: #2f9c7d; }
      progress[hidden] { display: none; }
      @container (min-width: 720px) {
        .camera { flex-direction: row; align-items: stretch; gap: 20px; }
        .picture { align-self: start; max-height: 100%; flex: 1 1 56%; }
        canvas { width: 100%; height: auto; max-height: 100cqh; }
        .studio { flex: 1 1 44%; min-width: 340px; }
      }`)
  }
  return sheet
}
