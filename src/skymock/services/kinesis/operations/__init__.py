"""Amazon Kinesis Data Streams' operations, by what they are about."""
