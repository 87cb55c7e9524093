import { expect, test } from 'vitest'
import { tooOld } from '../../../../../scripts/cluster/istio/istio.ts'

test('Istio before 1.24 retried what breakers refuse, so it is too old', () => {
  for (const version of ['1.23.9', '1.9.0-distroless', '1.0.0']) expect(tooOld(version), version).toBe(true)
  for (const version of ['1.24.0', '1.31.0', '1.31.0-distroless', '2.0.0', 'latest', '']) expect(tooOld(version), version).toBe(false)
})
