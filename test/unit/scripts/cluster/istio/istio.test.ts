import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { istioFiles, tooOld } from '../../../../../scripts/cluster/istio/istio.ts'

test('Istio before 1.24 retried what breakers refuse, so it is too old', () => {
  for (const version of ['1.23.9', '1.9.0-distroless', '1.0.0']) expect(tooOld(version), version).toBe(true)
  for (const version of ['1.24.0', '1.31.0', '1.31.0-distroless', '2.0.0', 'latest', '']) expect(tooOld(version), version).toBe(false)
})

test.each(['kind', 'eks'] as const)('the files that Istio is installed from on %s are there', (target) => {
  expect(istioFiles(target, false)).toHaveLength(2)
  const files = istioFiles(target, true)
  expect(files).toHaveLength(3)
  for (const file of files) expect(existsSync(file), file).toBe(true)
})
