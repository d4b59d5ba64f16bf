import { announce, element, setText } from "./elements.js";
import { text } from "./texts.js";

/** How long a button says that it has copied. */
const FEEDBACK_MILLISECONDS = 4000;

/** Makes a button copy a text, and say so. @param fallback shows the text if the browser does not allow copying */
export function copyButton(id: string, content: () => string, fallback?: HTMLTextAreaElement): void {
  const button = element(id);
  const label = button.querySelector("span") as HTMLElement;
  const usual = label.textContent ?? "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener("click", async () => {
    const isCopied = await copy(content());
    if (!isCopied && fallback) {
      fallback.value = content();
      fallback.hidden = false;
      fallback.focus();
      fallback.select();
    }
    const feedback = text(isCopied ? "copied" : fallback ? "copyFromBelow" : "copyFromAddressBar");
    setText(label, feedback);
    announce(feedback);
    clearTimeout(timer);
    timer = setTimeout(() => {
      setText(label, usual);
      announce("");
    }, FEEDBACK_MILLISECONDS);
  });
}

/** @returns false if the browser does not allow it */
async function copy(content: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(content);
    return true;
  } catch {
    return false;
  }
}
