/* global CSSStyleSheet, document, requestAnimationFrame */
// How long a frame of the rows view takes while it scrolls: 60 columns of 3 M rows, insight in the headers, a scripted host, Chromium
// without a graphics card. A frame is all that the page's main thread does from one animation frame to the next, by the clock of
// the thread: what else the machine does does not count. Chromium's own trace tells it.
import { chromium } from 'playwright-core';
import { browserArgs, openScene, serveViews } from '../harness/webviewPage.mjs';

const frames = 200;
/** As fast as a wheel that is turned on, pixels a frame: three new rows each. */
const stride = 66;
/** First frames are not counted: code is compiled in them. */
const warmUp = 20;

/** Median and p95 of a frame's milliseconds in one run; `bundles`: the folder of rows.js; `style`: CSS to try out. */
export async function measureScroll(bundles, { style } = {}) {
  const server = await serveViews(bundles);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: browserArgs,
  });
  try {
    const { tab, faults } = await openScene(browser, server.address, {
      scenario: 'huge',
      width: 1920,
      height: 1080,
    });
    await tab.locator('.slick-row .numeric').first().waitFor();
    await tab.locator('.insight > *').first().waitFor();
    if (style !== undefined) await tab.evaluate(addStyle, style);
    const events = await traced(tab, () => tab.evaluate(scroll, { frames: frames + warmUp, stride }));
    if (faults.length > 0) throw new Error(faults.join('\n'));
    return frameTimes(events).slice(warmUp, warmUp + frames);
  } finally {
    await browser.close();
    server.close();
  }
}

async function traced(tab, run) {
  const session = await tab.context().newCDPSession(tab);
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const traceConfig = { includedCategories: ['toplevel', 'devtools.timeline'] };
  await session.send('Tracing.start', { traceConfig, transferMode: 'ReportEvents' });
  await run();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  return events;
}

/** Milliseconds of the main thread's own time from each animation frame to the next. */
function frameTimes(events) {
  const frame = events.find(({ name }) => name === 'FireAnimationFrame');
  const ours = events
    .filter(({ pid, tid, ph }) => pid === frame.pid && tid === frame.tid && ph === 'X')
    .sort((a, b) => a.ts - b.ts);
  const starts = ours.filter(({ name }) => name === 'FireAnimationFrame').map(({ ts }) => ts);
  const tasks = ours.filter(({ name }) => name === 'ThreadControllerImpl::RunTask');
  if (tasks.every(({ tdur }) => tdur === undefined)) throw new Error('This browser tells no times of threads.');
  const times = [];
  let task = 0;
  for (let at = 0; at + 1 < starts.length; at += 1) {
    // The task that holds the frame began before it.
    while (task < tasks.length && tasks[task].ts + tasks[task].dur < starts[at]) task += 1;
    let micros = 0;
    for (; task < tasks.length && tasks[task].ts + tasks[task].dur < starts[at + 1]; task += 1)
      micros += tasks[task].tdur ?? 0;
    times.push(micros / 1000);
  }
  return times;
}

/** In the page: scrolls on with every frame. */
function scroll({ frames: many, stride: pixels }) {
  const scroller = document.querySelector('.slick-viewport-top.slick-viewport-right');
  return new Promise((resolve) => {
    const next = (left) => {
      scroller.scrollTop += pixels;
      if (left === 0) resolve(undefined);
      else requestAnimationFrame(() => next(left - 1));
    };
    requestAnimationFrame(() => next(many));
  });
}

function addStyle(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets.push(sheet);
}

export const quantile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];

/** The entries of `npm run bench`: of several runs the median. */
export async function scrollEntries(bundles, rounds = 3) {
  const runs = [];
  for (let round = 0; round < rounds; round += 1) runs.push(await measureScroll(bundles));
  const entry = (id, share, gate, aim) => ({
    id,
    ours: quantile(
      runs.map((times) => quantile(times, share)),
      0.5,
    ),
    peer: null,
    unit: 'ms',
    ratio: null,
    gate,
    aim,
  });
  return [entry('scroll.frame.median', 0.5, 16.7, 8), entry('scroll.frame.p95', 0.95, 33, 16.7)];
}
