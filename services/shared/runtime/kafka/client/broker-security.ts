import type { KafkaConfig, SASLOptions } from 'kafkajs'
import { type Static, Type } from 'typebox'
import { mskToken } from './msk-token.ts'

/** How brokers are reached, as variables; part of `kafkaConfig`. */
export const brokerSecurityConfig = {
  KAFKA_SECURITY: Type.Enum(['plaintext', 'tls', 'scram', 'iam'], {
    default: 'plaintext',
    description: 'plaintext; tls; scram: TLS and a password; iam: TLS and the IAM role of the process (Amazon MSK)',
  }),
  KAFKA_USERNAME: Type.Optional(Type.String({ description: 'user, for KAFKA_SECURITY=scram' })),
  KAFKA_PASSWORD: Type.Optional(Type.String({ description: 'password, for KAFKA_SECURITY=scram', writeOnly: true })),
  AWS_REGION: Type.Optional(
    Type.String({ pattern: '^[a-z]{2}(-[a-z]+)+-\\d$', description: 'region of the brokers, for KAFKA_SECURITY=iam' }),
  ),
}
const Config = Type.Object(brokerSecurityConfig)
export type BrokerSecurityConfig = Static<typeof Config>

/** kafkajs' options for encryption and identity. Certificates are checked against Node's own authorities and `NODE_EXTRA_CA_CERTS`. */
export type BrokerSecurity = Pick<KafkaConfig, 'ssl' | 'sasl'>

/**
 * Variables → options of every connection to a broker.
 * @throws Error naming the variable that is missing
 */
export function brokerSecurity(config: BrokerSecurityConfig): BrokerSecurity {
  switch (config.KAFKA_SECURITY) {
    case 'plaintext':
      return {}
    case 'tls':
      return { ssl: true }
    case 'scram':
      return { ssl: true, sasl: scram(config) }
    case 'iam':
      return { ssl: true, sasl: { mechanism: 'oauthbearer', oauthBearerProvider: mskToken(needed(config, 'AWS_REGION')) } }
  }
}

/** SHA-512 is the only one that Amazon MSK takes: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password.html */
const scram = (config: BrokerSecurityConfig): SASLOptions => ({
  mechanism: 'scram-sha-512',
  username: needed(config, 'KAFKA_USERNAME'),
  password: needed(config, 'KAFKA_PASSWORD'),
})

function needed(config: BrokerSecurityConfig, name: 'AWS_REGION' | 'KAFKA_USERNAME' | 'KAFKA_PASSWORD'): string {
  const value = config[name]
  if (!value) throw new Error(`${name} is missing: KAFKA_SECURITY=${config.KAFKA_SECURITY} needs it.`)
  return value
}
