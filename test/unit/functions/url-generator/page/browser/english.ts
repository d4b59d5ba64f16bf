/** What the page's functions say is English from here on. */
import { useTexts } from "../../../../../../functions/url-generator/page/browser/texts.js";
import { LANGUAGES } from "../../../../../../functions/url-generator/page/languages/index.js";

useTexts({ language: "en", texts: LANGUAGES.en.script, vendorName: "Acme" });
