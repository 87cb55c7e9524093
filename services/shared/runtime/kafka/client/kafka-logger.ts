import { type logCreator, logLevel } from 'kafkajs'

/** What the event log writes to: a part of pino's interface. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** Whether lines of the level are written; they are when the logger does not say. Spares making lines that nobody reads. */
  isLevelEnabled?(level: 'debug'): boolean
}

/**
 * Not worth a line: a transaction that follows another closely is asked to come back in milliseconds; our retries are limited on purpose;
 * what a connection answered is thrown too.
 */
const isRoutine = (namespace: string, message: string): boolean =>
  namespace === 'Connection' || message.includes('concurrent operation') || message.startsWith('Limiting retries')

/** kafkajs' log lines, one level lower: whatever it calls an error is tried again, and what is lost in the end its caller logs. */
export const kafkajsLogCreator =
  (logger: Logger): logCreator =>
  () =>
  ({ level, namespace, log: { message, logger: _, timestamp: __, stack: ___, ...fields } }) => {
    const line = [{ kafkajs: namespace, ...fields }, message] as const
    if (level >= logLevel.INFO || isRoutine(namespace, message)) logger.debug(...line)
    else if (level === logLevel.WARN) logger.info(...line)
    else logger.warn(...line)
  }
