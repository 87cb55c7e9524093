import type { webcrypto } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

export interface SigningKey {
  readonly alg: string
  readonly kid: string
  readonly privateKey: webcrypto.CryptoKey
  readonly publicJwk: JWK
}

export async function newKey(alg: 'RS256' | 'ES256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  return { alg, kid, privateKey, publicJwk: { ...jwk, kid, alg, use: 'sig' } }
}

export const nowS = (): number => Math.floor(Date.now() / 1000)

/** An undefined claim is left out. */
export type Claims = { readonly [name in keyof JWTPayload]: JWTPayload[name] | undefined }

export const sign = (key: SigningKey, claims: Claims): Promise<string> =>
  new SignJWT({ exp: nowS() + 60, ...claims } as JWTPayload)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt' })
    .sign(key.privateKey)

/** An issuer on a real port: its keys can be exchanged, and it can be away, or answer nonsense. */
export async function startIssuer(keys: readonly SigningKey[]) {
  const state = { keys, asked: [] as string[], answer: 'right' as 'right' | 'nothing' | 'nonsense' | 'another issuer' }
  const server = createServer((request, response) => {
    state.asked.push(request.url ?? '')
    if (state.answer === 'nothing') return void request.socket.destroy()
    const body = {
      '/.well-known/openid-configuration': {
        issuer: state.answer === 'another issuer' ? 'http://elsewhere' : url,
        jwks_uri: `${url}/jwks`,
      },
      '/jwks': { keys: state.keys.map(({ publicJwk }) => publicJwk) },
    }[request.url ?? '']
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' })
    response.end(state.answer === 'nonsense' ? '<html>' : JSON.stringify(body ?? {}))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    state,
    stop: () => {
      server.closeAllConnections()
      return new Promise((done) => server.close(done))
    },
  }
}
