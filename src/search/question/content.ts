import { segments } from '../../text/words.ts'

/**
 * Words that carry no content in a question: pronouns, particles, prepositions, auxiliary verbs, politeness and
 * interrogatives. Closed classes of Chinese (and of English), so a list can name them; no word of any subject.
 */
const functionWords = new Set(
  (
    '的 地 得 了 着 过 是 在 有 和 与 及 或 跟 同 对 把 被 让 给 从 到 往 向 为 于 以 按 由 将 就 也 都 还 又 再 才 只 很 太 更 最 真 ' +
    '我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 自己 大家 人家 这 那 此 其 该 这个 那个 这些 那些 这儿 那儿 这里 那里 这样 那样 这么 那么 之 所 者 等 等等 ' +
    '吗 呢 吧 啊 呀 哦 嗯 哈 哈哈 哈哈哈 喂 嘛 啦 哟 唉 哎 诶 额 呃 嘿 ' +
    '请 请问 麻烦 谢谢 想 想问 想知道 知道 告诉 问 问下 问一下 一下 一 个 一个 到底 究竟 可以 能 能够 会 要 应该 是否 是不是 有没有 没有 没 不 ' +
    '什么 谁 哪 哪个 哪些 哪里 哪儿 哪年 哪天 哪位 哪家 多少 几 几个 怎么 怎样 怎么样 如何 为什么 为何 啥 何时 何处 何 多 多大 多久 多长 ' +
    '如果 因为 所以 但是 而 而且 并 并且 然后 关于 根据 其中 以及 之间 之后 之前 时候 时 上 下 中 里 内 外 前 后 说 叫 做 ' +
    'the a an of in on at to for by with from as is are was were be been do does did has have had will would can could should ' +
    'what who whom whose which when where why how many much and or not it its this that these those there i you he she they we me please tell about'
  ).split(' '),
)

/** True where every character is a function word by itself, as when the segmenter cuts `上有` out of `火星上有没有`. */
export function isMadeOfFunctionWords(term: string): boolean {
  return [...term].every((character) => functionWords.has(character))
}

/** Interrogatives, by pattern since the segmenter cuts them in several ways. */
const interrogatives =
  /什么(?:时候|时间)|什么|多少|哪[一]?[个些里儿边年月天日位家所座条项种号]?|(?<!任)何[时年月日人处地种]|为什么|怎么样?|如何|几(?=[\p{Script=Han}])|谁|到底|究竟|请问|(.)\1{2,}/gu

/** Mentions of users, and interjections, which are no part of what people ask. */
const noise =
  /(?<![\p{L}\p{N}])@[a-z0-9_]{3,32}|([啊哈呀嗯哦喂嘿呵哎])\1+|[啊呀哦嘛啦哟喂]+(?=[\s,。!?，！？]|$)|^[喂嘿]+(?=\s)/giu

/** A question without chat noise; a question of nothing but noise is left as it is. */
export function withoutNoise(text: string): string {
  const rest = text.replace(noise, ' ').replace(/\s+/gu, ' ').trim()
  return /[\p{L}\p{N}]/u.test(rest) ? rest : text
}

/**
 * A normalised question with every word that carries no content replaced by spaces, so that positions stay the same. The
 * words that are left mean something when they occur in a passage.
 */
export function contentOf(text: string): string {
  let content = text.replace(interrogatives, (match) => (/[0-9]/u.test(match) ? match : ' '.repeat(match.length)))
  for (const { term, range } of segments(text)) {
    if (functionWords.has(term))
      content = content.slice(0, range[0]) + ' '.repeat(term.length) + content.slice(range[1])
  }
  return content
}

/** Words that precede what a question does not want; `不要求`, `不要紧` and `不要钱` mean something else. */
const unwanted = '(?:我|而|可|注意)?(?:不是|不要(?![求紧钱])|别(?:要|给|拿|跟|算)|不看|不算|不含|不包括|唔系|唔要)'
/** An exclusion stands in brackets (`(不是2026年计划的800台)`) or behind a mark or 的 (`要全市的不要市本级的`), which `是不是` does not. */
const exclusion = new RegExp(
  `[(（]\\s*${unwanted}([^()（）]{1,40})[)）]?|(?<=^|[,，、;；?？!！\\s的])${unwanted}([^,，。;；?？!！()（）]{1,30})`,
  'gu',
)

/** A question without what it says it does not want, and what that is. A question that would be empty without it stays whole. */
export function withoutExclusions(text: string): { text: string; excluded: string } {
  const excluded = [...text.matchAll(exclusion)].map(([, inBrackets, behind]) => inBrackets ?? behind).join(' ')
  const kept = text
    .replace(exclusion, ' ')
    .replace(/\s+/gu, ' ')
    .replace(/[\s,，、;；]+$/u, '')
    .trim()
  return excluded !== '' && /[\p{L}\p{N}]{2}/u.test(kept) ? { text: kept, excluded } : { text, excluded: '' }
}
