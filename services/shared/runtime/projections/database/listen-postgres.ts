import { Client } from 'pg'
import { backOff, isLogged } from '../../kafka/back-off.ts'
import type { Logger } from '../../kafka/client/kafka-logger.ts'
import type { Database } from './database.ts'

/**
 * Listens on a connection of its own, which is made again whenever it is lost.
 * @param connection as for a pool
 */
export const listenPostgres =
  (connection: { readonly connectionString: string; readonly connectionTimeoutMillis: number }, logger: Logger): Database['listen'] =>
  (channel, { onMessage, onGap }) => {
    const stopping = new AbortController()
    const { signal } = stopping

    /** Resolves when the connection is gone. @throws when there is none */
    const hear = async (onListening: () => void): Promise<void> => {
      const client = new Client({ ...connection, keepAlive: true })
      const gone = Promise.withResolvers<void>()
      client.on('error', () => gone.resolve())
      client.on('end', () => gone.resolve())
      client.on('notification', ({ payload = '' }) => onMessage(payload))
      signal.addEventListener('abort', () => gone.resolve(), { once: true })
      try {
        await client.connect()
        await client.query(`LISTEN ${client.escapeIdentifier(channel)}`)
        onListening()
        onGap()
        await gone.promise
      } finally {
        await client.end().catch(() => undefined)
      }
    }

    const listen = async (): Promise<void> => {
      for (let failures = 1; !signal.aborted; failures += 1) {
        await hear(() => {
          failures = 0
        }).catch((err: unknown) => {
          if (isLogged(failures)) logger.warn({ err, failures, channel }, 'listening to the database failed, trying again')
        })
        await backOff(Math.max(failures, 1), signal)
      }
    }
    const listening = listen()

    return async () => {
      stopping.abort()
      await listening
    }
  }
