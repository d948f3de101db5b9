import type { ModelDescription } from '../embeddings/types.ts'
import type { Bilingual } from '../errors.ts'
import { restorerVersion } from '../reports/types.ts'
import { normalizerVersion } from '../text/normalize.ts'
import learned from './model.json' with { type: 'json' }

const { trainedFor } = learned

/**
 * The note that the learned weights meet another embedding model, normaliser or restorer than they were learned with. Search
 * works then, but its order and its confidence are less sure.
 * @returns null where all three are those of the training
 */
export function trainingNote(model: ModelDescription): Bilingual | null {
  const differences: Bilingual[] = []
  if (model.sha256 !== trainedFor.model.sha256)
    differences.push({
      zh: `模型 ${model.id}(训练时为 ${trainedFor.model.id})`,
      en: `model ${model.id}, not ${trainedFor.model.id}`,
    })
  if (normalizerVersion !== trainedFor.normalizer)
    differences.push({
      zh: `文字规范化第 ${normalizerVersion} 版(训练时为第 ${trainedFor.normalizer} 版)`,
      en: `normaliser ${normalizerVersion}, not ${trainedFor.normalizer}`,
    })
  if (restorerVersion !== trainedFor.restorer)
    differences.push({
      zh: `段落复原第 ${restorerVersion} 版(训练时为第 ${trainedFor.restorer} 版)`,
      en: `restorer ${restorerVersion}, not ${trainedFor.restorer}`,
    })
  if (differences.length === 0) return null
  return {
    zh: `排序和置信度的权重不是为现在的配置训练的,结果可能较差:${differences.map(({ zh }) => zh).join('、')}。`,
    en: `The weights of ranking and confidence were not trained for this setup, so answers may be worse: ${differences.map(({ en }) => en).join('; ')}.`,
  }
}
