import { type CommandWords, placesByOffer, type StaticOffer } from "./words.js";

/**
 * A script for zsh 5: to be evaluated after `compinit`, or kept as `_tfinvite` in a folder of `fpath`. `compadd` quotes what
 * it inserts and runs nothing; `_files` expands what was typed, so it is not asked about substitutions of commands.
 */
export function zshCompletion(commands: readonly CommandWords[], title: string): string {
  const names = commands.flatMap(({ name }) => name || []);
  const values = placesByOffer(commands).map(
    ([offer, places]) => `    ${places.map((place) => `'${place}'`).join("|")}) ${assignment(offer)} ;;`,
  );
  const others = commands.map(({ name, flags, argument }) => {
    const shown = flags.map(({ long, description }) => quoted(`${long}:${description}`)).join(" ");
    return `        ${name === "" ? "''" : name}) flags=(${shown}) ${assignment(argument)} ;;`;
  });
  const described = commands.flatMap(({ name, description }) => (name === "" ? [] : quoted(`${name}:${description}`)));
  return `#compdef tfinvite
# ${title}
_tfinvite() {
  local command='' kind=files previous=\${words[CURRENT-1]} word
  local -a offered flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case $word in
      --) _tfinvite_files; return ;;
      ${names.join("|")}) [[ -z $command ]] && command=$word ;;
    esac
  done
  if [[ $PREFIX == --*=* ]]; then
    previous=\${PREFIX%%=*}
    compset -P '*='
  fi

  case "$command $previous" in
${values.join("\n")}
    *)
      case $command in
${others.join("\n")}
      esac
      if [[ $PREFIX == -* ]]; then
        _describe -o option flags
        return
      elif [[ -z $command ]]; then
        offered=(${described.join(" ")})
        _describe command offered
        return
      fi
      ;;
  esac

  case $kind in
    words)
      compadd -a offered
      [[ $PREFIX == *:* ]] && compset -P '*:' && _tfinvite_files
      ;;
    list)
      compset -P '*,'
      compadd -a offered
      ;;
    addresses)
      offered=("\${(@f)$(command tfinvite completion --addresses 2>/dev/null)}")
      compadd -- "\${(@)offered:#}"
      ;;
    files) _tfinvite_files ;;
  esac
}

_tfinvite_files() {
  [[ $PREFIX$SUFFIX == *['\`$']* ]] || _files
}

if [[ $funcstack[1] == _tfinvite ]]; then _tfinvite "$@"; else compdef _tfinvite tfinvite; fi
`;
}

function assignment(offer: StaticOffer): string {
  return "words" in offer ? `kind=${offer.kind} offered=(${offer.words.join(" ")})` : `kind=${offer.kind}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
