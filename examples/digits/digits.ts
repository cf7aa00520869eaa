/** Trains a classifier of handwritten digits from scratch, examines it on digits that it has not seen, and draws a few. */

import * as tf from "gradtape";
import { CLASSES, type Digits, loadDigits, PIXELS, SIDE, splitDigits, takeDigits } from "./data.js";
import { drawPictures } from "./draw.js";
import { Classifier } from "./layers.js";
import { createProgress } from "./progress.js";
import { accuracy, train } from "./training.js";

const SEED = 1;
const TEST_DIGITS = 1500;
const HIDDEN = 128;
const EPOCHS = 16;
const BATCH = 64;
const LEARNING_RATE = 0.004;
const REQUIRED_ACCURACY = 0.97;

/**
 * Runs the example.
 *
 * @throws Error when fewer than 97 % of the test digits are classified right.
 */
export function digits(): void {
  tf.random.setSeed(SEED);
  const { training, test } = splitDigits(loadDigits(), TEST_DIGITS, SEED);
  console.log(
    `Handwritten digits: a network of ${PIXELS}-${HIDDEN}-${CLASSES} learns from ${training.labels.size} digits of MNIST\n`,
  );

  const classifier = new Classifier([PIXELS, HIDDEN, CLASSES]);
  train(classifier, training, {
    epochs: EPOCHS,
    batchSize: BATCH,
    optimizer: new tf.optimizers.Adam({ learningRate: LEARNING_RATE }),
    progress: createProgress(EPOCHS, process.stdout),
  });

  const share = accuracy(classifier, test);
  const percent = `${(100 * share).toFixed(1)} %`;
  console.log(`\n${percent} of ${test.labels.size} other digits are classified right.\n`);
  showDigits(classifier, test);
  if (share < REQUIRED_ACCURACY) {
    throw new Error(`${percent} right is less than the ${100 * REQUIRED_ACCURACY} % expected`);
  }
}

/** Draws four test digits, and the first four that are classified wrong. */
function showDigits(classifier: Classifier, test: Digits): void {
  const right = tf.equal(classifier.predict(test.images), test.labels).data();
  const wrong = Array.from(right.keys()).filter((position) => right[position] === 0);
  console.log("Four of them:\n");
  draw(classifier, takeDigits(test, [0, 1, 2, 3]));
  if (wrong.length === 0) return;
  console.log("\nAnd some that it mistakes:\n");
  draw(classifier, takeDigits(test, wrong.slice(0, 4)));
}

function draw(classifier: Classifier, shown: Digits): void {
  const predicted = classifier.predict(shown.images).data();
  const labels = shown.labels.data();
  const pixels = shown.images.data();
  const pictures = Array.from(labels, (label, index) => ({
    pixels: pixels.subarray(index * PIXELS, (index + 1) * PIXELS),
    caption: `predicted ${predicted[index]}, true ${label}`,
  }));
  const { stdout } = process;
  const options = {
    side: SIDE,
    colour: stdout.isTTY && stdout.hasColors(256),
    columns: stdout.isTTY ? stdout.columns : 120,
  };
  for (const line of drawPictures(pictures, options)) console.log(line);
}
