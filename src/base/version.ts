import packageJson from "../../package.json" with { type: "json" };

/** This program's version. */
export const VERSION: string = packageJson.version;

/** Where reports say that tfinvite can be found: the published package, whose rule pages they link to as well. */
export const HOMEPAGE: string = packageJson.homepage;

/** Where the files of this version's package can be read. */
export const PUBLISHED = `https://unpkg.com/tfinvite@${VERSION}/`;

/** The address of a published JSON Schema, which stays the same from version to version. */
export const schemaAddress = (name: string): string => `https://unpkg.com/tfinvite/schema/${name}.json`;
