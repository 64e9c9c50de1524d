// Every operation of the JavaScript client of DAX, once, against the node at argv[2]. Prints what it was answered.
const { Dax } = require("@amazon-dax-sdk/client-dax");

const TableName = "orders";
const Key = { pk: { S: "a" } };
const Item = { ...Key, n: { N: "1.5" }, m: { M: { l: { L: [{ S: "x" }] } } }, s: { SS: ["x"] } };

async function refused(call) {
  try {
    await call;
    return null;
  } catch (error) {
    const reasons = error.cancellationReasons || error.CancellationReasons;
    return { code: error.code || error.name, reasons: reasons && reasons.map((reason) => reason.Code) };
  }
}

async function main() {
  const dax = new Dax({
    endpoints: [process.argv[2]],
    region: "us-east-1",
    credentials: { accessKeyId: "testing", secretAccessKey: "testing" },
  });
  const answers = {};
  answers.put = await dax.putItem({ TableName, Item, ReturnConsumedCapacity: "TOTAL" });
  answers.get = await dax.getItem({ TableName, Key });
  answers.projected = await dax.getItem({ TableName, Key, ProjectionExpression: "m.l[0], n" });
  answers.update = await dax.updateItem({
    TableName,
    Key,
    UpdateExpression: "ADD n :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
    ReturnValues: "UPDATED_NEW",
  });
  answers.query = await dax.query({
    TableName,
    KeyConditionExpression: "pk = :p",
    FilterExpression: "n > :n AND attribute_exists(m.l[0])",
    ExpressionAttributeValues: { ":p": { S: "a" }, ":n": { N: "2" } },
  });
  answers.batchWrite = await dax.batchWriteItem({
    RequestItems: { orders: [{ PutRequest: { Item: { pk: { S: "b" } } } }] },
  });
  answers.batchGet = await dax.batchGetItem({
    RequestItems: { orders: { Keys: [Key, { pk: { S: "b" } }, { pk: { S: "none" } }] } },
  });
  answers.scan = await dax.scan({ TableName, Select: "COUNT" });
  answers.transactWrite = await dax.transactWriteItems({
    TransactItems: [{ Put: { TableName, Item: { pk: { S: "c" }, v: { BOOL: true } } } }],
  });
  answers.transactGet = await dax.transactGetItems({
    TransactItems: [{ Get: { TableName, Key: { pk: { S: "c" } } } }, { Get: { TableName, Key: { pk: { S: "none" } } } }],
  });
  answers.failed = await refused(
    dax.putItem({ TableName, Item: Key, ConditionExpression: "attribute_not_exists(pk)" }),
  );
  answers.cancelled = await refused(
    dax.transactWriteItems({
      TransactItems: [{ ConditionCheck: { TableName, Key, ConditionExpression: "attribute_not_exists(pk)" } }],
    }),
  );
  answers.delete = await dax.deleteItem({ TableName, Key, ReturnValues: "ALL_OLD" });
  answers.gone = await dax.getItem({ TableName, Key });
  console.log(JSON.stringify(answers));
  dax.shutdown();
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
