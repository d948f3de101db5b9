/** Words of English that name nothing. Closed classes, so lists can name them. */

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** Articles, prepositions, pronouns, auxiliaries, interrogatives and the like, which no report is searched for. */
export const functionWords = set(
  'a an the of in on at to for by with from as into onto upon about above below under over between among amid during before after since until till through ' +
    'throughout across along around near within without against toward towards via per than then and or nor but if so because while whereas though although ' +
    'unless whether be am is are was were been being do does did done doing have has had having will would shall should can could may might must ought ' +
    'i me my mine we us our ours you your yours he him his she her hers it its they them their theirs this that these those there here ' +
    'one ones oneself himself herself itself themselves ourselves yourself myself who whom whose which what when where why how ' +
    'not no yes any some each every either neither both all such same other another others else more most much many few less least several ' +
    'very too also just only even still yet already again ever never always often up out off down away back ' +
    'please tell say me give know let list show find explain describe mention want like etc sb sth somebody something someone anything anyone ' +
    "s t re ve ll d m n't s' according regarding concerning respectively exactly approximately roughly nearly almost",
)

/** Words that are dropped inside a phrase, too (`rule of law` = `rule law`). */
export const droppedInPhrases = set("a an the of to and for sb sth sb's one's one oneself etc esp be s 's")

/** Words that say what kind of thing is asked for and stand in any question: they count little beside the others. */
export const genericWords = set(
  'number amount total percentage percent proportion share rate year month day date time people person name kind type sort way thing use call ' +
    'make take get become happen hold occur set put say mention list include state report article text passage document main major key specific different ' +
    'new first last second part place area group term purpose reason result example aspect measure good large big high long great',
)

/** Small numbers in words: what they count says more, and no report is searched for a lone `十`. */
export const numberWords = set(
  'one two three four five six seven eight nine ten eleven twelve hundred thousand million billion',
)

/** Months and weekdays, whole and abbreviated. */
export const months: ReadonlyMap<string, number> = new Map(
  'january february march april may june july august september october november december'
    .split(' ')
    .flatMap((name, i): [string, number][] => [
      [name, i + 1],
      [name.slice(0, 3), i + 1],
    ]),
)
