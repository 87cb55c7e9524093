import { describe, expect, test } from 'vitest'
import { mapLayout } from '../../../../../scripts/console/page/map/layout.ts'
import { shopTopology } from '../../../../../scripts/console/shop-topology.ts'

describe.each([1340, 900, 340])('%i px wide', (width) => {
  const layout = mapLayout(shopTopology, width)
  const nodeOf = (name: string) => {
    const node = layout.nodes.find((one) => one.name === name)
    if (!node) throw new Error(`${name} has no place`)
    return node
  }

  test('everything is on the picture, and nothing lies on something else', () => {
    expect(layout.nodes.length).toBe(shopTopology.services.length)
    for (const { x, y, width: wide, height } of layout.nodes) {
      expect(x).toBeGreaterThanOrEqual(0)
      expect(y).toBeGreaterThanOrEqual(0)
      expect(x + wide).toBeLessThanOrEqual(layout.width)
      expect(y + height).toBeLessThanOrEqual(layout.height)
    }
    expect(layout.width).toBeLessThanOrEqual(width)
    for (const [index, one] of layout.nodes.entries())
      for (const other of layout.nodes.slice(index + 1))
        expect(
          one.x + one.width <= other.x ||
            other.x + other.width <= one.x ||
            one.y + one.height <= other.y ||
            other.y + other.height <= one.y,
        ).toBe(true)
  })

  test('each call leaves its caller and arrives at what it calls', () => {
    expect(layout.calls.map(({ from, to }) => ({ from, to }))).toEqual(shopTopology.calls)
    for (const { from, to, points } of layout.calls)
      for (const [name, { x, y }] of [
        [from, points[0]],
        [to, points[3]],
      ] as const) {
        const node = nodeOf(name)
        expect(x).toBeGreaterThanOrEqual(node.x - 0.01)
        expect(x).toBeLessThanOrEqual(node.x + node.width + 0.01)
        expect(y).toBeGreaterThanOrEqual(node.y - 0.01)
        expect(y).toBeLessThanOrEqual(node.y + node.height + 0.01)
      }
  })

  test('each topic stops at its publisher and its subscribers', () => {
    for (const [index, { stops, from, to }] of layout.topics.entries()) {
      const topic = shopTopology.topics[index]
      expect(stops.map(({ service }) => service).sort()).toEqual([topic?.publisher, ...(topic?.subscribers ?? [])].sort())
      for (const { at } of stops) {
        expect(at.x).toBeGreaterThanOrEqual(Math.min(from.x, to.x) - 0.01)
        expect(at.x).toBeLessThanOrEqual(Math.max(from.x, to.x) + 0.01)
      }
    }
  })

  test('the same topology gives the same picture', () => {
    expect(mapLayout(shopTopology, width)).toEqual(layout)
  })
})

test('services that call each other in a circle, and one that nobody knows, have places too', () => {
  const services = ['a', 'b', 'c'].map((name) => ({ name, owns: '' }))
  const calls = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'a' },
  ]
  const { nodes } = mapLayout({ services, calls, topics: [] }, 1000)
  for (const { x, y } of nodes) expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true)
})
