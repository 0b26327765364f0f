import { readFileSync } from "node:fs";
import path from "node:path";
import { type DefaultTheme, defineConfig } from "vitepress";

// The pages are those of docs/, as they are. Their index is the sidebar.
const docs = path.resolve(import.meta.dirname, "../../docs");
const read = (file: string) => readFileSync(path.join(docs, file), "utf8");
// Our own file.
const { version }: { version: string } = JSON.parse(read("../package.json"));
const published = `https://unpkg.com/tfinvite@${version}/`;

/** `- [Title](page.md): …` below each `## Heading`. */
function sidebarOf(index: string): DefaultTheme.SidebarItem[] {
  return index
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [text = ""] = section.split("\n");
      const items = [...section.matchAll(/^- \[([^\]]+)\]\(([^)]+)\.md\)/gm)].map(([, title = "", page = ""]) => ({
        text: title,
        link: `/${page.replace(/README$/, "")}`,
      }));
      return items.length === 0 ? [] : [{ text, items }];
    });
}

/** The rules below each `## Heading` of their page. */
function rulesOf(page: string): DefaultTheme.SidebarItem {
  const groups = page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [text = ""] = section.split("\n");
      const rules = [...section.matchAll(/^\| \[`([\w-]+)`\]/gm)].map(([, id = ""]) => ({
        text: id,
        link: `/rules/${id}`,
      }));
      return { text, collapsed: true, items: rules };
    });
  return { text: "All rules", items: groups };
}

/** A link of a page as one of the site: to another page, or to a file of the package. */
function siteLink(href: string): string {
  const own = href.startsWith(`${published}docs/`) ? `/${href.slice(`${published}docs/`.length)}` : href;
  if (own.startsWith("../") && !own.includes(".md")) return published + own.replace(/^(?:\.\.\/)+/, "");
  return own.replace(/README\.md(?=#|$)/, "index.md");
}

export default defineConfig({
  lang: "en",
  title: "tfinvite",
  description: "OpenAI invites in Terraform and OpenTofu: find those that break an apply, and repair them.",
  base: process.env["DOCS_BASE"] ?? "/",
  // A copy of docs/: pages find their packages only inside of this folder.
  srcDir: "pages",
  outDir: "dist",
  cacheDir: "node_modules/.cache/vitepress",
  // No icon, and no request for one.
  head: [["link", { rel: "icon", href: "data:," }]],
  rewrites: { "README.md": "index.md", "rules/README.md": "rules/index.md" },
  cleanUrls: false,
  metaChunk: true,
  markdown: {
    // Headings have the anchors that GitHub gives them, which test/docs.test.ts follows.
    anchor: {
      slugify: (text) =>
        text
          .trim()
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
          .replaceAll(" ", "-"),
    },
    config(md) {
      // `${{ … }}` of a pipeline is not for Vue.
      const code = md.renderer.rules["code_inline"];
      md.renderer.rules["code_inline"] = (tokens, index, options, env, self) => {
        tokens[index]?.attrSet("v-pre", "");
        return code ? code(tokens, index, options, env, self) : self.renderToken(tokens, index, options);
      };
      const open = md.renderer.rules["link_open"];
      md.renderer.rules["link_open"] = (tokens, index, options, env, self) => {
        const token = tokens[index];
        const href = token?.attrGet("href");
        if (href) token?.attrSet("href", siteLink(href));
        return open ? open(tokens, index, options, env, self) : self.renderToken(tokens, index, options);
      };
    },
  },
  themeConfig: {
    sidebar: [...sidebarOf(read("README.md")), rulesOf(read("rules/README.md"))],
    nav: [
      { text: "Start", link: "/start" },
      { text: "Troubleshooting", link: "/troubleshooting" },
      { text: "Rules", link: "/rules/" },
      { text: version, link: "https://www.npmjs.com/package/tfinvite" },
    ],
    search: { provider: "local" },
    outline: { level: [2, 3] },
  },
});
