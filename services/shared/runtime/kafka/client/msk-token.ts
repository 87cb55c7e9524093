import type { OauthbearerProviderResponse } from 'kafkajs'

/** A token is used again until it is this close to its end; kafkajs authenticates anew 10 s before a session's end. */
const renewBeforeMs = 60_000

interface SignedToken {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expiryTime: number
}

/**
 * Signs in at Amazon MSK with the IAM role of this process: a token is a signed request of 15 minutes' life.
 * The signer, with all its ways to find credentials, is loaded when the first token is asked for: a laptop never needs it.
 * @returns kafkajs' provider for all connections; it rejects when the process has no AWS credentials
 */
export function mskToken(region: string, clock: () => number = Date.now): () => Promise<OauthbearerProviderResponse> {
  let current: SignedToken | undefined
  let signing: Promise<SignedToken> | undefined
  const sign = async (): Promise<SignedToken> => {
    try {
      const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js')
      current = await generateAuthToken({ region })
      return current
    } finally {
      signing = undefined
    }
  }
  return async () => {
    if (current && current.expiryTime - clock() > renewBeforeMs) return { value: current.token }
    signing ??= sign()
    return { value: (await signing).token }
  }
}
