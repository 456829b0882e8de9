export { connectBus, type Bus } from './connect.ts';
export { consume, DONE, type ConsumeOptions, type RejectedMessage, type Verdict } from './consume.ts';
export { factsSchema, noticeText, factsTexts, workSchema, workText } from './payloads.ts';
export { listen } from './notice.ts';
export { publish } from './publish.ts';
export { requester, type Requester, type RequesterOptions } from './request.ts';
export { respond, type RequestHandler } from './respond.ts';
export { keepStreams, type StreamsOptions } from './streams.ts';
export { catchUp, type CatchUpOptions } from './catch-up.ts';
