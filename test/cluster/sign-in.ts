import { afterAll, beforeAll } from 'vitest'
import { clusterAccess } from '../../scripts/access/cluster-access.ts'
import { authorization } from '../../scripts/access/sign-in.ts'

/** Tests of this file ask the gateway as the shop's tools do. @returns the headers that say so */
export function signedIn(): () => Promise<Record<string, string>> {
  let opened: { readonly url: string; readonly close: () => Promise<void> } | undefined
  beforeAll(async () => {
    const access = await clusterAccess(process.env)
    opened = { url: await access.gatewayUrl(), close: () => access.close() }
  })
  afterAll(() => opened?.close())
  return async () => authorization(opened?.url ?? '')
}
