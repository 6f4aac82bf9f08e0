// each worker of jest uses its own tables: the engine separates them by access key
process.env.AWS_ACCESS_KEY_ID = `worker${process.env.JEST_WORKER_ID}`;
