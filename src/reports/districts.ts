import { segments } from '../text/words.ts'

/** Administrative places are told by the form of their names; no place is listed. */

const place = new RegExp(
  '^(\\p{Script=Han}{2,7}?(?:省|自治区))?(?:(\\p{Script=Han}{2,6}?市|\\p{Script=Han}{2,12}?自治州))?' +
    '(\\p{Script=Han}{2,12}?自治[县旗]|\\p{Script=Han}{2,8}?[区市旗]|\\p{Script=Han}{1,7}?县)?(\\p{Script=Han}{2,6}?(?:街道|镇|乡))?' +
    '(?=$|\\s(?!\\()|[\\d〇二"《:\\-]|人民|政府|委|党|办|人大|政协|工作|国民经济|经济|社会|统计|财政|预算|决算|年|第.{1,6}[届次季]|关于|\\p{Script=Han}{2,14}(?:局|院|委员会|中心|公报|规划|计划|总结|报告|要点|方案|年鉴))',
  'u',
)
/** Matches words that end like a place's name and name none. */
const common = new RegExp(
  '^(?:.*[全我本各该某每][县市区省]|(?:贫困|百强|强)县|[由在对从向].*省|自治区|(?:大城|小城|..+城|超级|证券)市' +
    '|.*(?:社|小|园|开发|示范|试验|保护|保税|度假|旅游)区|(?:辖|高新|经开|中心城|主城|老城|棚户|功能|行政)区)$',
  'u',
)

/**
 * The place that a folded text begins with, after a year or a party's name (`2020年武进区国民经济…`). Of several places one
 * inside the other it is the district or county, else the town or street, else the city, else the province. Null where
 * the text begins otherwise.
 * @param mayEnd whether the name may be the whole text, as a publisher's
 */
export function districtIn(text: string, mayEnd: boolean): string | null {
  const plain = text.replace(/^(?:[《"「]|中共|中国共产党|关于|(?:19|20)\d\d(?:-(?:19|20)?\d\d)?年度?|\s)+/u, '')
  const found = place.exec(plain)
  if (!found || found[0] === '' || (!mayEnd && found[0] === plain)) return null
  // A name ends where a word does: `上海市场` names no city.
  if (!segments(plain).some(({ range }) => range[1] === found[0].length)) return null
  const [, province, city, county, town] = found
  const names = [province, city, county, town].filter((name) => name !== undefined)
  if (names.length === 0 || names.some((name) => common.test(name))) return null
  return county ?? town ?? city ?? province!
}
