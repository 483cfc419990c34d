"""Build-time code: checkpoints become bundles here. Needs the extra ``train``; nothing that summarises imports it."""
