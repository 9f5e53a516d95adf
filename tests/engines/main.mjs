// Renders Markdown with engines in JavaScript. Reads JSON lines, each a pair of an engine's name and a document; writes
// one JSON string of HTML for each. One process serves a whole test session.
import { createInterface } from "node:readline";
import { marked } from "marked";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

const engines = {
  marked: (document) => marked.parse(document, { gfm: true, breaks: true }),
  micromark: (document) =>
    micromark(document, {
      allowDangerousHtml: true,
      allowDangerousProtocol: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, document] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(engines[name](document))}\n`);
}
