"""Resource policies of streams and consumers, which are held to."""

from __future__ import annotations

from skymock.cloud.service import Output, operation
from skymock.errors import AwsError
from skymock.services.kinesis.errors import InvalidArgumentException
from skymock.services.kinesis.operations.base import KinesisService

NO_POLICY = "{}"  # (recorded: test_resource_policy_crud)


class PolicyOperations(KinesisService):
    @operation
    def put_resource_policy(self, resource_arn: str, policy: str) -> Output:
        """Give a stream or consumer a policy, in place of the one it has. (Kinesis API: PutResourcePolicy)

        AWS's words for what is no policy are not known.
        Raises ResourceNotFoundException, InvalidArgumentException.
        """
        # The evaluator is imported by those that need it.
        from skymock.cloud.policies import resource_policy  # noqa: PLC0415

        resource = self.resource(resource_arn)
        try:
            compiled = resource_policy(policy)
        except AwsError as error:
            raise InvalidArgumentException(error.message) from None
        resource.policy_text, resource.policy = policy, compiled
        return {}

    @operation
    def get_resource_policy(self, resource_arn: str) -> Output:
        """The policy of a stream or consumer, an empty object if it has none. (Kinesis API: GetResourcePolicy)

        Raises ResourceNotFoundException.
        """
        return {"Policy": self.resource(resource_arn).policy_text or NO_POLICY}

    @operation
    def delete_resource_policy(self, resource_arn: str) -> Output:
        """Take a stream's or consumer's policy. (Kinesis API: DeleteResourcePolicy)

        Raises ResourceNotFoundException.
        """
        resource = self.resource(resource_arn)
        resource.policy_text = resource.policy = None
        return {}
