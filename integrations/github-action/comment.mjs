// The second step of action.yml: keeps one comment on the pull request for each directory.
import { readFileSync } from "node:fs";

const {
  DIRECTORY = ".",
  EXIT_CODE,
  FINDINGS,
  MARKDOWN,
  GITHUB_API_URL,
  GITHUB_EVENT_PATH,
  GITHUB_REPOSITORY,
  GITHUB_TOKEN,
} = process.env;

/** Pages of 100 comments that are searched for ours. */
const MOST_PAGES = 20;
const TIMEOUT = 30_000;

/** The first line of the comment, by which the next run finds it. Each job of a matrix has its own directory. */
const marker = `<!-- tfinvite-action: ${encodeURIComponent(DIRECTORY)} -->`;
/** The directory as Markdown that cannot become anything else. */
const heading = DIRECTORY === "." ? "" : `\`${DIRECTORY.replace(/[^\w./ -]/g, "?")}\`\n\n`;

async function request(method, path, body) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${GITHUB_TOKEN}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (!response.ok) throw new Error(`GitHub answered ${response.status} to ${method} ${path}`);
  return response.json();
}

/** The comment of an earlier run. If a person wrote a comment with our marker, it stays as it is. */
async function findComment(pullRequest) {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const comments = await request("GET", `/issues/${pullRequest}/comments?per_page=100&page=${page}`);
    const ours = comments.find(({ body, user }) => user?.type === "Bot" && body?.startsWith(marker));
    if (ours !== undefined || comments.length < 100) return ours;
  }
  return undefined;
}

async function comment() {
  if (!MARKDOWN) return "The check itself failed, so the comment stays as it is.";
  const pullRequest = JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8")).pull_request?.number;
  if (pullRequest === undefined) return "This run belongs to no pull request.";
  const body = `${marker}\n${heading}${readFileSync(MARKDOWN, "utf8")}`;
  const ours = await findComment(pullRequest);
  if (ours?.body === body) return "The comment is up to date.";
  if (ours !== undefined) {
    await request("PATCH", `/issues/comments/${ours.id}`, { body });
    return "The comment was updated.";
  }
  if (EXIT_CODE === "0" && FINDINGS === "0") return "Nothing was found, so no comment is needed.";
  await request("POST", `/issues/${pullRequest}/comments`, { body });
  return "A comment was added.";
}

try {
  process.stdout.write(`${await comment()}\n`);
} catch (error) {
  // The findings decide whether the job fails; a comment that can't be written does not.
  const hint = "The job needs the permission pull-requests: write, which pull requests from forks can't get.";
  const reason = String(error.message).replace(/[\r\n]+/g, " ");
  process.stdout.write(`::warning title=tfinvite::The comment could not be written: ${reason}. ${hint}\n`);
}
