import { z } from 'zod';
import { instant } from '../text.ts';

/** Where a keyset list goes on: strictly after this row in the list's order. */
export const keyset = z.object({ at: instant, id: z.string() });
export type Keyset = z.infer<typeof keyset>;

/** Which part of a list is wanted: after a row (`keyset`), or by number (`offset`, with an exact total). */
export const page = z.discriminatedUnion('style', [
  z.object({ style: z.literal('keyset'), after: keyset.nullable(), limit: z.int().min(1).max(200) }),
  z.object({ style: z.literal('offset'), page: z.int().min(1), per_page: z.int().min(1).max(100) }),
]);
export type Page = z.infer<typeof page>;

/** Rows of a page; `next` is null on the last one; `total` is counted only for the offset style. */
export interface PageResult<Row> {
  rows: Row[];
  next: Keyset | null;
  total: number | null;
}

/** The schema of a page of these rows. */
export const pageResult = <Row>(row: z.ZodType<Row>): z.ZodType<PageResult<Row>> =>
  z.object({ rows: z.array(row), next: keyset.nullable(), total: z.int().nullable() });
