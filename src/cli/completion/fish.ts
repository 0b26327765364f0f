import type { CommandWords, StaticOffer } from "./words.js";

/** A script for fish 3. What its functions print is data to fish: it is neither expanded nor run. */
export function fishCompletion(commands: readonly CommandWords[], title: string): string {
  const names = commands.flatMap(({ name }) => name || []);
  const lines = commands.flatMap(({ name, description, flags, argument }) => {
    const here = `complete -c tfinvite -n ${quoted(`__tfinvite_is ${quoted(name)}`)}`;
    return [
      ...(name === "" ? [] : [`complete -c tfinvite -n '__tfinvite_is ""' -f -a ${name} -d ${quoted(description)}`]),
      ...(argument.kind === "files" || name === "" ? [] : [`${here} -f${words(argument)}`]),
      ...flags.map(({ long, short, description: text, value }) => {
        const letter = short === undefined ? "" : ` -s ${short.slice(1)}`;
        return `${here}${letter} -l ${long.slice(2)}${value === undefined ? "" : flagValue(value)} -d ${quoted(text)}`;
      }),
    ];
  });
  return `# ${title}
function __tfinvite_is
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        contains -- $word ${names.join(" ")}; or continue
        test $word = "$argv[1]"
        return
    end
    test -z "$argv[1]"
end

function __tfinvite_list
    set -l before (commandline -ct | string replace -r -- '^--[a-z-]+=' '' | string match -r -- '^[a-z,-]*,')
    printf "$before%s\\n" $argv
end

function __tfinvite_addresses
    command tfinvite completion --addresses 2>/dev/null
end

${lines.join("\n")}
`;
}

function flagValue(offer: StaticOffer): string {
  const takesFile = offer.kind === "files" || (offer.kind === "words" && offer.thenFile === true);
  return takesFile ? ` -r${words(offer)}` : ` -x${words(offer)}`;
}

function words(offer: StaticOffer): string {
  switch (offer.kind) {
    case "words":
      return ` -a ${quoted(offer.words.join(" "))}`;
    case "list":
      return ` -a ${quoted(`(__tfinvite_list ${offer.words.join(" ")})`)}`;
    case "addresses":
      return " -a '(__tfinvite_addresses)'";
    default:
      return "";
  }
}

/** https://fishshell.com/docs/current/language.html#quotes */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
