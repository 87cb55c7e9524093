import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const makefile = readFileSync(new URL('../../Makefile', import.meta.url), 'utf8')

test('every target that make is told about does something: a phony target without a rule succeeds in silence', () => {
  const declared = /^\.PHONY: (.*)$/m.exec(makefile)?.[1]?.split(' ') ?? []
  const [ruled, described] = [/^([a-z-]+):/gm, /^([a-z-]+):.*## \S/gm].map((rule) => [...makefile.matchAll(rule)].map(([, name]) => name))
  expect(declared.toSorted()).toEqual(ruled?.toSorted())
  expect(declared.toSorted()).toEqual(described?.toSorted())
})
