/**
 * English words are reduced to stems. Both the dictionary and the question are reduced, so a stem need not be a
 * word; it must only be the same for all forms of one word.
 */

/** Forms that no rule gives: a closed class, the irregular verbs and plurals of everyday and official English. */
const irregular = new Map(
  (
    'am is are was were been being>be has had having>have does did done doing>do goes went gone>go said>say made>make got gotten>get took taken>take came>come ' +
    'saw seen>see knew known>know gave given>give found>find thought>think told>tell became>become left>leave felt>feel brought>bring began begun>begin ' +
    'kept>keep held>hold wrote written>write stood>stand heard>hear meant>mean met>meet ran>run paid>pay sat>sit spoke spoken>speak led>lead grew grown>grow ' +
    'lost>lose fell fallen>fall sent>send built>build understood>understand drew drawn>draw broke broken>break spent>spend rose risen>rise drove driven>drive ' +
    'bought>buy wore worn>wear chose chosen>choose sought>seek threw thrown>throw caught>catch dealt>deal won>win taught>teach sold>sell fought>fight ' +
    'laid>lay flew flown>fly ate eaten>eat shot>shoot sang sung>sing swam swum>swim struck>strike stole stolen>steal slept>sleep shook shaken>shake ' +
    'rang rung>ring rode ridden>ride hung>hang hid hidden>hide froze frozen>freeze forgot forgotten>forget fed>feed drank drunk>drink bore borne born>bear ' +
    'beat beaten>beat swept>sweep swore sworn>swear spun>spin sprang sprung>spring sank sunk>sink overcame>overcome undertook undertaken>undertake ' +
    'underwent undergone>undergo withdrew withdrawn>withdraw arose arisen>arise blew blown>blow bound>bind bent>bend lent>lend dug>dig wove woven>weave ' +
    'men>man women>woman children>child people>people feet>foot teeth>tooth lives>life leaves>leave wives>wife halves>half shelves>shelf knives>knife ' +
    'wolves>wolf mice>mouse geese>goose criteria>criterion phenomena>phenomenon analyses>analysis bases>basis crises>crisis theses>thesis media>medium ' +
    'better best>good worse worst>bad news>news series>series species>species'
  )
    .split(/(?<=>\w+) /u)
    .flatMap((group) => {
      const [forms, base] = group.split('>')
      return forms!.split(' ').map((form): [string, string] => [form, base!])
    }),
)

const vowel = /[aeiouy]/u

const mostRemembered = 100_000

/** The same function, which remembers its results for the first 100,000 words. */
function remembering(work: (word: string) => string): (word: string) => string {
  const known = new Map<string, string>()
  return (word) => {
    const found = known.get(word) ?? work(word)
    if (known.size < mostRemembered) known.set(word, found)
    return found
  }
}

/** The stem that a word's plurals, `-ed` and `-ing` share (after Porter, 1980, step 1). Lower case, one word. */
export const stem = remembering((word) => {
  const base = irregular.get(word) ?? word
  if (base.length < 4) return plainEnd(base)
  return plainEnd(withoutPast(withoutPlural(base)))
})

function withoutPlural(word: string): string {
  if (/(?:ss|x|ch|sh|zz)es$/u.test(word)) return word.slice(0, -2)
  if (word.endsWith('ies')) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1)
  if (/[^su]s$/u.test(word) && !word.endsWith('is')) return word.slice(0, -1)
  return word
}

function withoutPast(word: string): string {
  if (word.endsWith('ied') && word.length > 4) return `${word.slice(0, -3)}y`
  const body = /^(.*)(?:ed|ing)$/u.exec(word)?.[1]
  // The rest must be able to stand as a word (`thing`, `string`).
  if (body === undefined || body.length < 2 || !vowel.test(body)) return word
  return body.length > 3 && /([^aeiouylsz])\1$/u.test(body) ? body.slice(0, -1) : body
}

/** `use`, `used` and `using` meet in `us`, `study` and `studied` in `studi`. */
function plainEnd(word: string): string {
  if (word.length > 2 && word.endsWith('e')) return word.slice(0, -1)
  if (word.length > 3 && /[^aeiou]y$/u.test(word)) return `${word.slice(0, -1)}i`
  return word
}

const suffixes =
  /(?:ization|isation|ational|fulness|iveness|ousness|ibility|ability|ication|ation|ition|ement|ment|ness|ance|ence|ancy|ency|able|ible|ship|ally|ical|ity|iti|ism|ist|ion|ive|iv|ize|iz|ise|ful|ous|ary|ari|ory|ori|ant|ent|ate|at|al|ic|ly|li|er|or|th)$/u

/** The root that words of one family share (`renovate`, `renovation`), coarser than the stem, for unknown words. */
export const root = remembering((word) => {
  let rest = stem(word)
  for (let round = 0; round < 2; round++) {
    const shorter = rest.replace(suffixes, '')
    if (shorter.length < 4 || shorter === rest) break
    rest = shorter
  }
  return rest
})
