import fc from '../laws.ts'
import { anyText } from '../text/arbitraries.ts'

const sentences = [
  '镇里修好了三座百年老桥，石料都是从北山运来的。',
  '村口种下了一千棵香樟树，成活的有九百多棵，其中3.5%是银杏。',
  '上半年青石镇修好了三座百年老桥，清理了两条河道，给沿河四个村子都装上了路灯，又在各村村口种下了一千棵',
  '香樟树，还办了两所学校；',
  '，这样的年景从前没有见过。',
  '”老人说，“从前没有见过。',
  '镇长提出三点要求：',
  'The town built 3 bridges and planted 1,000 trees. It also',
  '本报讯(记者 林一 周二)昨天，三座老桥全部完工。',
  '本报讯 昨天，三座老桥全部完工。赵四',
  '编者按:今年镇里办了三件实事。',
  '一、修好老桥,方便出行。桥在村东，已有百年。',
  '1.修桥花了三万元，全部完工。',
  '**本报讯** 昨天，**三座**老桥全部完工。',
  '\u3000\u3000孩子们都说好。',
  '孩子们都说好，老人也说好。谁都没有想到，修桥种树办学堂这三件事(下转第三版)',
  '(上接第一版)孩子们都说好。',
  '清理了两条河道，给沿河四个村子都装上了路灯，又在各村村口种下了一千棵【转2版《三座老桥修好了》】',
  '三座老桥修好了（上接01版）',
  '（上接第一版）青石镇修桥种树',
]
const furniture = [
  '12',
  '— 3 —',
  '第3版',
  '|',
  '……',
  '![桥](a.png)',
  '(下转第二版)',
  '上接第一版',
  '▶下转A03版',
  '第一版',
  '青石镇报 2023年12月19日 第2版',
  '**修桥铺路开新局**',
  '**',
  '* * *',
]
const headings = [
  ...['青石镇修桥种树', '三座老桥修好了', '修好老桥 方便出行', '镇政府强调——', '2021年工作安排', '青石镇人民政府'],
  ...['一、修好老桥', '（二）种好树木。', '第一章 去年', '3.办学', '# 工作报告', '## 去年', '### 桥', '**种好树木**'],
]
/** What stands at the head of documents and of the pages that show them, in contents pages and tables. */
const statements = [
  ...[
    '---',
    'title: 修桥记',
    '首页 > 政务公开 > 工作报告',
    '【字体：大 中 小】',
    '打印',
    '大',
    '索引号',
    '发布日期：2021-01-20',
  ],
  ...[
    '青石县2021年桥梁',
    '和学校工作总结',
    '——2021年1月20日在青石县第十八届',
    '人民代表大会第二次会议上',
    '青石县财政局',
  ],
  ...[
    '目录',
    '一、修好老桥……3',
    '二、种好树木 12',
    '指标  2021年  增长',
    '老桥  3  1.2',
    '林镇长：好。',
    '周议员：何时开工？',
  ],
  ...['1 / 12', '\f', '① 石料来自北山。', '单位：万元', '老桥', '3.5', '2021年1月20日'],
]
const bylines = ['□ 记者 王三', '文/图 林一', '通讯员 赵四']
const gaps = fc.constantFrom('\n', '\n\n', '\r\n\r\n', '\n\n\n\n\n', '\n \n')

const joined = (lines: fc.Arbitrary<string>, maxLength = 14) =>
  fc.array(fc.tuple(lines, gaps), { maxLength }).map((parts) => parts.flat().join(''))

/** Lines of every kind in any order: nothing a person would write, everything a scan may give. */
export const anyDocument: fc.Arbitrary<string> = fc.oneof(
  joined(fc.constantFrom(...sentences, ...furniture, ...headings, ...bylines)),
  joined(fc.constantFrom(...sentences, ...furniture, ...headings, ...statements), 24),
  joined(fc.oneof(fc.constantFrom(...sentences, ...furniture, ...headings, ...bylines), anyText), 8),
)

const heading = fc.tuple(
  fc.constantFrom('青石镇修桥种树', '三座老桥修好了', '一、修好老桥', '（二）种好树木。', '# 工作报告', '### 桥'),
  fc.option(fc.constantFrom(...bylines), { nil: '' }),
)
// A short sentence with a number reads as a heading, which then may have nothing under it.
const running = sentences.filter((sentence) => !/^\d/u.test(sentence))
// A slogan that is not the last thing before a Markdown heading reads as a heading too.
const between = furniture.filter((line) => !/\*\*\p{L}/u.test(line))
const text = fc.array(fc.constantFrom(...running), { minLength: 1, maxLength: 4 })

/** Documents in order: under every heading at most one byline, then text, furniture in between. */
export const plainDocument: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.option(heading, { nil: null }), text, fc.constantFrom('', ...between), gaps), { maxLength: 5 })
  .map((parts) =>
    parts
      .flatMap(([head, body, between, gap]) =>
        [...(head ?? []), '镇里今天来了人。', ...body, between].map((line) => line + gap),
      )
      .join(''),
  )
