// @ts-check
// The spans of a period as charts and sentences want them.

import { clockTime } from "../shared/format.js";

/** @typedef {{ atMs: number, row: any | null }} Slot a span of time, and what is known of it */

/** @param {Slot[]} slots @param {string} field */
export const values = (slots, field) => slots.map(({ row }) => row?.[field] ?? null);

/** @param {Slot[]} slots @param {string} field */
export const sum = (slots, field) => slots.reduce((total, { row }) => total + (row?.[field] ?? 0), 0);

/** The newest span in which there was something. @param {Slot[]} slots @param {string} field */
export const newest = (slots, field) => slots.findLast(({ row }) => (row?.[field] ?? null) !== null)?.row ?? null;

/** @param {Slot[]} slots */
export const ends = (slots) => ({ from: clockTime(slots[0].atMs), to: clockTime(slots[slots.length - 1].atMs) });
