import Builder from "fast-xml-builder";

/** One element: its attributes begin with `@`, its text is under `#cdata`, everything else is elements by name. */
export interface XmlElement {
  readonly [name: string]: string | XmlElement | readonly XmlElement[] | undefined;
}

/** What XML 1.0 has no way to hold, not even escaped: https://www.w3.org/TR/xml/#charsets */
const NOT_IN_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** An XML document in UTF-8 of one element. */
export function xmlDocument(name: string, element: XmlElement): string {
  return new Builder(OPTIONS).build({ "?xml": { "@version": "1.0", "@encoding": "UTF-8" }, [name]: element });
}

/** A text as XML can hold it; line breaks and quotes stay as they are. */
export function xmlText(text: string): string {
  return text.replace(NOT_IN_XML, "\uFFFD");
}

/** The builder's types leave `entities` out. The list is its own one, and what a parser would turn into spaces. */
const OPTIONS = {
  attributeNamePrefix: "@",
  cdataPropName: "#cdata",
  ignoreAttributes: false,
  suppressBooleanAttributes: false,
  suppressEmptyNode: true,
  format: true,
  attributeValueProcessor: (_name: string, value: unknown) => xmlText(String(value)),
  entities: [
    { regex: /&/g, val: "&amp;" },
    { regex: />/g, val: "&gt;" },
    { regex: /</g, val: "&lt;" },
    { regex: /'/g, val: "&apos;" },
    { regex: /"/g, val: "&quot;" },
    { regex: /\t/g, val: "&#9;" },
    { regex: /\n/g, val: "&#10;" },
    { regex: /\r/g, val: "&#13;" },
  ],
};
