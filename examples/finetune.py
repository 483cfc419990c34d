"""From a dataset to a model in use, cell by cell: ``python examples/finetune.py DATASET BASE``, or in an editor.

DATASET is a version such as posts@2, BASE the folder of an mT5. Makes ``my-model`` and ``my-bundle`` in this folder.
"""

# %% What is there to learn from?
import sys

import blogsum

dataset, base = sys.argv[1:3]
posts = [post for post in blogsum.load_dataset(dataset) if post.summary]
print(f"{len(posts)} posts with a summary")

# %% Train, judge on posts held out, make a bundle
facts = blogsum.finetune(
    {"task": {"data": dataset, "base": base}, "training": {"epochs": 2, "rate": 0.001}},
    "my-model",
    bundle="my-bundle",
)
print(facts["verdict"])

# %% How it went: each epoch's look at dev is in the run's metrics.jsonl
for system, scores in facts["evaluation"]["systems"].items():
    print(f"{system:9} ROUGE {scores['rouge']['mean']:.2f}, {scores['words']['mean']:.0f} words")

# %% Use it: where the model's text is no summary, the article's own sentences answer, with a note
summary = blogsum.summarize(posts[0], model="my-bundle", length="meta")
print(summary.text)
print(summary.note or f"written by {summary.system}")
