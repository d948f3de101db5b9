import { dateIn } from '../dates.ts'

/** The labels of facts on a document are those of the government's catalogues of information, newspapers and pages. */

export type Statement = 'title' | 'published' | 'written' | 'time' | 'issuer' | 'source' | 'other'

export interface LabelledStatement {
  readonly statement: Statement
  /** The words behind the label; empty where they stand on the next line, or nowhere. */
  readonly value: string
}

const names: Readonly<Record<Statement, string>> = {
  title: '标题|题名|(?:文件|公文|信息)?名称',
  published: '(?:发布|公布|公开|印发|发文|出版|刊发|发稿|上网|创建)(?:日期|时间)|发布于',
  written: '(?:成文|生成|制定|签发|编制)(?:日期|时间)|日期',
  time: '时间',
  issuer:
    '(?:发布|发文|公开|制发|编制|编报|编写|编印|填报|报送|预算主管|业务主管|主管|责任|牵头)(?:机构|机关|单位|部门)',
  source: '(?:信息|稿件|文章|资料|新闻|内容)?来源|出处',
  other:
    '(?:证券|股票|债券)(?:代码|简称)|公告编号|索引号|(?:发文|文件)?[字文]号|文件编号|关键[字词]|主题词|(?:主题|体裁|服务对象|组配)?分类|公开(?:类型|方式|形式|范围|程序)|有效性|' +
    '效力状态|是否有效|废止日期|(?:生效|失效|施行)(?:日期|时间)|(?:浏览|阅读|点击|访问)(?:次数|量|数|率)?|' +
    '字[体号](?:大小)?|(?:内容)?(?:概述|摘要)|责任编辑|编辑|美编|审核|作者|撰稿',
}
const statements = Object.keys(names) as Statement[]
const name = statements.map((statement) => `(?<${statement}>${names[statement]})`).join('|')
/** A label opens its line or stands behind a blank or bar; `发布日期` may follow another label's value at once. */
const labels = new RegExp(
  `(?:(?<=^[\\[【(]?|[\\s|;])(?:${name})(?=\\s*:|\\s|$|\\d)|(?<=:.*)发布(?:日期|时间)(?=:))\\s*:?\\s*`,
  'gu',
)
const maxValueCharacters = 120
/** Matches a date in front of a line's labels. */
const stamped = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?: \d{1,2}:\d{2}(?::\d{2})?)? (?=\p{Script=Han})/u

/** The statements behind a folded line's labels, in order; none where the line does not begin with a label. */
export function statedIn(shown: string): LabelledStatement[] {
  if (shown.length > maxValueCharacters) return []
  const line = shown.replace(stamped, '')
  const found = [...line.matchAll(labels)]
  if (found[0] === undefined || found[0].index > 1) return []
  // A label without a colon fills its line, except for a date or one word.
  const [first] = found
  const rest = line.slice(first.index + first[0].length)
  if (!first[0].includes(':') && rest !== '' && dateIn(rest) === null && !/^\S{2,30}$/u.test(rest)) return []
  return found.map((match, i) => ({
    statement: statements.find((statement) => match.groups?.[statement] !== undefined) ?? 'published',
    value: line
      .slice(match.index + match[0].length, found[i + 1]?.index)
      .replace(/[\])】;|]+$/u, '')
      .trim(),
  }))
}

/** True where a folded line is a label whose value, if there is one, stands on the next line. */
export function awaitsValue(line: string): boolean {
  const stated = statedIn(line)
  return stated.length === 1 && stated[0]!.value === ''
}

/** True where a folded line could be the value of a label above it. */
export function isValue(line: string): boolean {
  return line.length <= maxValueCharacters && !/[。;!?:]$/u.test(line) && statedIn(line).length === 0
}
