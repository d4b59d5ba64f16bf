/** The vendor's color on the page: as it is where that can be read, and otherwise as much lighter or darker as it takes. */

/** Red, green and blue, from 0 to 255. */
type Color = readonly [red: number, green: number, blue: number];

const WHITE: Color = [255, 255, 255];
const BLACK: Color = [0, 0, 0];

/** What the color stands on or beside, from styles/base.css: the surfaces that differ most from the texts on them come first. */
const SURFACES = {
  light: ["#f4f6f8", "#ffffff"],
  dark: ["#1b242d", "#0e1318"],
} as const;

/** WCAG 2.2, 1.4.3. Texts, markers and outlines have it. */
const TEXT_CONTRAST = 4.5;
/** Enough to see where a button ends; its text says that it is one. */
const AREA_CONTRAST = 1.5;

/** @param brandColor as in `#1d56c9`; "" for the page's own @returns a style sheet that replaces what base.css says of accents */
export function brandStyles(brandColor: string): string {
  if (brandColor === "") return "";
  const color = parse(brandColor);
  const rule = (scheme: keyof typeof SURFACES) =>
    `:root{${Object.entries(accentsOf(color, scheme))
      .map(([name, value]) => `--${name}:${format(value)}`)
      .join(";")}}`;
  return `${rule("light")}@media (prefers-color-scheme:dark){${rule("dark")}}`;
}

function accentsOf(color: Color, scheme: keyof typeof SURFACES) {
  const [first, second] = SURFACES[scheme].map(parse) as [Color, Color];
  const [away, surface] = scheme === "light" ? [BLACK, second] : [WHITE, first];
  const readableOn = (backgrounds: readonly Color[], least: number) =>
    shifted(color, away, (one) => backgrounds.every((background) => contrast(one, background) >= least));
  const accent = readableOn([first], AREA_CONTRAST);
  const soft = mix(surface, accent, 0.1);
  const ink = contrast(accent, WHITE) >= TEXT_CONTRAST ? WHITE : BLACK;
  return {
    accent,
    "accent-strong": mix(accent, ink === WHITE ? BLACK : WHITE, 0.15),
    "on-accent": ink,
    "accent-soft": soft,
    "accent-ink": readableOn([first, soft], TEXT_CONTRAST),
  };
}

/** A color moved towards another one in small steps, as far as it takes. */
function shifted(color: Color, towards: Color, isEnough: (color: Color) => boolean): Color {
  for (let share = 0; share < 1; share += 0.02) {
    const one = mix(color, towards, share);
    if (isEnough(one)) return one;
  }
  return towards;
}

function mix(one: Color, other: Color, share: number): Color {
  return one.map((value, index) =>
    Math.round(value + ((other[index] ?? 0) - value) * share),
  ) as unknown as Color;
}

/** From 1 to 21, as WCAG 2.2 defines it. */
function contrast(one: Color, other: Color): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: Color): number {
  const [red = 0, green = 0, blue = 0] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function parse(hex: string): Color {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Color;
}

function format(color: Color): string {
  return `#${color.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
