import { dateIn, datePattern } from '../dates.ts'

/** Dating lines say when, where and by whom a report was given. The patterns are habits of official documents. */

/** Matches a line that is nothing but a date, to the day or the month. */
export const dateAlone = new RegExp(`^[(\\[□■◎-]*\\s*(?:${datePattern})\\s*[)\\]]?$`, 'u')
/** Matches a date with the hour, as web pages stamp their articles. */
const stamp = /^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s+\d{1,2}:\d{2}(?::\d{2})?$/u
/**
 * Matches `(2021年1月20日在…第五次会议上)`, `——2021年1月20日在…会议上`, `(… 2021年1月20日…会议通过)` and
 * `2021年1月20日…会议上县长…作政府工作报告`.
 */
const meeting = new RegExp(
  `^[(\\[-]*\\s*(?<date>${datePattern})\\s*,?(?<who>[^,。;]{0,24}?)(?:(?:在|于|经)(?<at>[^,。;]{2,60}?)|(?<assembly>[^,。;]{2,60}?))` +
    '(?:上(?:[^,。;]{0,24}?(?:作|所作|的)[^,。;]{0,12}(?:报告|讲话|说明))?|(?:审议|表决)?(?:通过|批准)|的[^,。;]{0,8}(?:报告|讲话))' +
    '\\s*[)\\]]?[。]?(?: (?<author>\\S.{1,60}))?$',
  'u',
)
/** Matches the beginning of a dating line that goes on in the next line. */
const opening =
  /^[([-]*\s*(?:\d{4}\s*年\s*\d{1,2}\s*月\s*(?:\d{1,2}\s*)?日|[一二][〇○零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日)[^。;!?]{0,60}(?:在|经)[^。;!?]{2,60}$/u

export interface Dating {
  /** The date in ISO 8601. */
  readonly date: string
  /** The meeting, in the line's words. */
  readonly at: string
  /** The speaker named behind the meeting; '' where there is none. */
  readonly author: string
}

/** Reads a dating line. @param line folded @returns null for other lines */
export function datingIn(line: string): Dating | null {
  const found = meeting.exec(line)?.groups
  const date = found?.date === undefined ? null : dateIn(found.date)
  return date === null ? null : { date, at: found!.at ?? found!.assembly ?? '', author: found!.author ?? '' }
}

/** True where a folded line says when the report was given and breaks off. */
export function breaksOff(line: string): boolean {
  return opening.test(line) && datingIn(line) === null
}

/** The date of a line that is a web page's time stamp; null for other lines. */
export function stampIn(line: string): string | null {
  return stamp.test(line) ? dateIn(line) : null
}

/** Matches names of organisations by their ends, whatever the organisations are called. */
export const organisation =
  /^[\p{Script=Han}()·]{2,40}(?:政府|委员会|管委会|[党工区市县省镇州旗]委|办公室|办公厅|秘书处|办事处|街道|局|厅|院|部|署|中心|协会|学会|联合会|总工会|公司|集团|报社|大学|学院|学校|医院|社区|村委会|银行|[支总大]队|调查队|工作站|研究所|指挥部|领导小组|馆|红十字会|妇联|残联|工商联|商会|基金会|党校|幼儿园|中学|小学)$/u

const office =
  '(?:副|代|代理|总)?(?:[省市县区镇乡州局厅部处科院校会站所社]长|主[任席]|书记|主任委员|秘书长|董事长|行长|检察长|总经理|经理|代表|委员|发言人|县长)'
const name = '\\p{Script=Han}{1,4}(?: ?[·•]? ?\\p{Script=Han}{1,12}){0,2}'
const author = new RegExp(`^(?<body>\\p{Script=Han}{0,30}?)${office}(?: |:)${name}(?:同志)?$`, 'u')
const officer = new RegExp(`^(?<body>\\p{Script=Han}{2,30}?)${office}$`, 'u')
const person = /^\p{Script=Han}(?: ?\p{Script=Han}){1,3}$|^\p{Script=Han}{1,8}[·•]\p{Script=Han}{1,8}$/u

/** True where a folded line names the speaker or writer with an office (`甲县财政局局长 某某`). */
export function isAuthor(line: string): boolean {
  return line.length <= 40 && author.test(line)
}

/** True where a folded line names an office alone, so that the name stands on the next. */
export function isOfficer(line: string): boolean {
  return line.length <= 40 && officer.test(line)
}

/** True where a folded line could be a person's name and nothing else. */
export function isPerson(line: string): boolean {
  return person.test(line)
}

/** The organisation whose officer an author's line names (`甲县财政局` of `甲县财政局局长 某某`); null for other lines. */
export function bodyOf(line: string): string | null {
  const body = (author.exec(line) ?? officer.exec(line))?.groups?.body
  return body && organisation.test(body) ? body : null
}
