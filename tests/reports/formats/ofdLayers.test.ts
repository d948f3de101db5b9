import assert from 'node:assert/strict'
import { test } from 'node:test'
import { layersOf, type Shape } from '../../../src/reports/formats/ofdLayers.ts'

const canvas = { width: 1000, height: 1400, scale: 2 }

const picture = (x: number, y: number): Shape => ({ path: 'a.png', matrix: [20, 0, 0, 10, x, y], opacity: 1 })

const square = (x: number, y: number): Shape => ({
  steps: [
    { operator: 'M', numbers: [0, 0] },
    { operator: 'L', numbers: [20, 0] },
    { operator: 'L', numbers: [20, 10] },
  ],
  matrix: [1, 0, 0, 1, x, y],
  fill: '#000',
  stroke: null,
  lineWidth: 1,
})

const letters = (x: number, y: number): Shape => ({
  text: '永',
  glyphs: [{ text: '永', at: [0, 0] }],
  matrix: [10, 0, 0, 10, x, y],
  stretch: 1,
  length: 10,
  isVertical: false,
  font: { name: '', isBold: false, holdsSigns: false },
  colour: '#000',
  above: 0,
})

test('paths and letters that no picture parts are one layer, and each layer is as large as what is in it', () => {
  const rows = Array.from({ length: 60 }, (_, i) => 50 + 10 * i)
  const shapes = rows.flatMap((y) => [picture(50, y), square(100, y), letters(140, y)])
  const layers = layersOf(shapes, canvas)
  assert.equal(layers.length, 2 * rows.length)
  const pixels = layers.reduce((sum, { area }) => sum + area.width * area.height, 0)
  assert.ok(pixels < canvas.width * canvas.height, `${pixels} pixels in all layers`)
  const [first, second] = layers
  assert.deepEqual(first, { area: { left: 100, top: 100, width: 40, height: 20 }, picture: shapes[0] })
  assert.ok(second && 'vectors' in second)
  assert.deepEqual(second.vectors, shapes.slice(1, 3))
})

test('what lies outside the page is no layer, and what crosses its edge is one up to the edge', () => {
  for (const shape of [picture(-30, 5), square(600, 5), letters(0, -50)])
    assert.deepEqual(layersOf([shape], canvas), [])
  const areas = layersOf([picture(-10, 5), square(490, 5)], canvas).map(({ area }) => area)
  assert.deepEqual(areas, [
    { left: 0, top: 10, width: 20, height: 20 },
    { left: 979, top: 9, width: 21, height: 22 },
  ])
})
