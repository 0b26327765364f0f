import { type CommandWords, placesByOffer, type StaticOffer } from "./words.js";

/**
 * A script for bash 3.2 and later. What was typed is only cut and compared: `compgen -W` would expand it, and `eval` run
 * it. A reply holds what follows the last of readline's word breaks, such as `=`, `:` and `@`, since it replaces only that.
 */
export function bashCompletion(commands: readonly CommandWords[], title: string): string {
  const named = commands.filter(({ name }) => name !== "");
  const values = placesByOffer(commands).map(
    ([offer, places]) => `    ${places.map((place) => `'${place}'`).join(" | ")}) ${assignment(offer)} ;;`,
  );
  const others = commands.map(
    ({ name, flags, argument }) =>
      `      ${name === "" ? "''" : name}) flags=(${flags.map(({ long }) => long).join(" ")}) ${assignment(argument)} ;;`,
  );
  return `# ${title}
_tfinvite_unquoted() {
  local text=$1 index char
  plain='' quote=''
  for ((index = 0; index < \${#text}; index++)); do
    char=\${text:index:1}
    if [[ -n $quote && $char == "$quote" ]]; then quote=''
    elif [[ -z $quote && ($char == "'" || $char == '"') ]]; then quote=$char
    elif [[ $char == "\\\\" && $quote != "'" ]]; then index=$((index + 1)) plain+=\${text:index:1}
    else plain+=$char
    fi
  done
}

_tfinvite() {
  local IFS=$' \\t\\n' rest=\${COMP_LINE:0:COMP_POINT} trimmed word index last=-1
  local -a words=() offered=() flags=()
  COMPREPLY=()
  for ((index = 0; index <= COMP_CWORD; index++)); do
    trimmed=\${rest#"\${rest%%[![:blank:]]*}"}
    word=\${COMP_WORDS[index]}
    [[ $index -eq $COMP_CWORD ]] && word=$trimmed
    if [[ $last -ge 0 && $trimmed == "$rest" ]]; then words[last]+=$word
    else words[++last]=$word
    fi
    rest=\${trimmed#"$word"}
  done

  local command='' kind=files typed=\${words[last]} previous='' prefix=''
  [[ $last -gt 0 ]] && previous=\${words[last - 1]}
  for ((index = 1; index < last; index++)); do
    case \${words[index]} in
      --) return ;;
      ${named.map(({ name }) => name).join(" | ")}) [[ -z $command ]] && command=\${words[index]} ;;
    esac
  done
  if [[ $typed == --*=* ]]; then
    previous=\${typed%%=*}
    prefix=$previous=
  fi

  case "$command $previous" in
${values.join("\n")}
    *)
      prefix=''
      case $command in
${others.map((line) => `  ${line}`).join("\n")}
      esac
      [[ $typed == -* ]] && kind=words offered=("\${flags[@]}")
      ;;
  esac

  local plain quote open whole skip candidate
  _tfinvite_unquoted "$typed"
  whole=$plain open=$quote
  _tfinvite_unquoted "$open$2"
  skip=$((\${#whole} - \${#plain}))
  case $kind in
    nothing) compopt +o default +o bashdefault 2>/dev/null ;;
    list) [[ $whole == *,* ]] && prefix=\${whole%,*}, ;;
    addresses)
      while IFS= read -r candidate; do offered+=("$candidate"); done < <(command tfinvite completion --addresses 2>/dev/null)
      ;;
  esac
  for candidate in \${offered[@]+"\${offered[@]}"}; do
    candidate=$prefix$candidate
    [[ $candidate == "$whole"* ]] || continue
    candidate=\${candidate:skip}
    if [[ $candidate == *[!A-Za-z0-9_.,=:/@+-]* ]]; then
      case $open in
        '') printf -v candidate %q "$candidate" ;;
        "'") [[ $candidate == *"'"* ]] && continue ;;
        *)
          [[ $candidate == *'!'* ]] && continue
          candidate=\${candidate//\\\\/\\\\\\\\}
          candidate=\${candidate//\\"/\\\\\\"}
          candidate=\${candidate//\\$/\\\\\\$}
          candidate=\${candidate//\\\`/\\\\\\\`}
          ;;
      esac
    fi
    COMPREPLY+=("$candidate")
  done
}

complete -o bashdefault -o default -F _tfinvite tfinvite
`;
}

function assignment(offer: StaticOffer): string {
  return "words" in offer ? `kind=${offer.kind} offered=(${offer.words.join(" ")})` : `kind=${offer.kind}`;
}
