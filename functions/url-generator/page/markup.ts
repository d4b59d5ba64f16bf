/** A text that no browser takes for markup, in an element or in a quoted attribute. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The same with the two marks that the page's texts may have: `**…**` is what AWS calls something, and backquotes hold code. */
export function markup(text: string): string {
  return escapeMarkup(text)
    .replace(/\*\*(.+?)\*\*/g, `<b class="whole-word">$1</b>`)
    .replace(/`(.+?)`/g, "<code>$1</code>");
}
