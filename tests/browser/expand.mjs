// Fills a template of an adaptive card with data, like the pages of Drone; one JSON text per line in and out.
import { createInterface } from "node:readline";
import { Template } from "adaptivecards-templating";

for await (const line of createInterface({ input: process.stdin })) {
  const [, request] = JSON.parse(line);
  const { template, data } = JSON.parse(request);
  console.log(JSON.stringify(JSON.stringify(new Template(template).expand({ $root: data }))));
}
