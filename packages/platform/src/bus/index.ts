export { connectBus, type Bus } from './connect.ts';
export { consume, type ConsumeOptions, type RejectedMessage } from './consume.ts';
export { deadLetterGauge } from './dead-letter-gauge.ts';
export { keepDeadLetter } from './keep-dead-letter.ts';
export { DONE, type Verdict } from './verdict.ts';
export { decode } from './envelope.ts';
export { factsSchema, noticeText, factsTexts, workSchema, workText } from './payloads.ts';
export { listen } from './notice.ts';
export { publish } from './publish.ts';
export {
  groupRequester,
  requester,
  type GroupRequester,
  type Requester,
  type RequesterOptions,
} from './request.ts';
export { each, respond, type RequestHandler } from './respond.ts';
export { keepStreams, type StreamsOptions } from './streams.ts';
export { catchUp, type CatchUpOptions } from './catch-up.ts';
export { replayPages, type ReplayOptions } from './replay-pages.ts';
