"""Text messages: settings, and phones that want none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.cloud.service import Output, Stored, operation
from skymock.services.sns.errors import invalid
from skymock.services.sns.operations.base import SnsService, page
from skymock.services.sns.phones import is_phone_number

# (SNS API: SetSMSAttributes)
_SETTINGS = (
    *("MonthlySpendLimit", "DeliveryStatusIAMRole", "DeliveryStatusSuccessSamplingRate", "DefaultSenderID"),
    *("DefaultSMSType", "UsageReportS3Bucket"),
)


class SmsOperations(SnsService):
    @operation
    def set_sms_attributes(self, attributes: Stored[Mapping[str, str]]) -> Output:
        """Set how text messages are sent, which nothing obeys. (SNS API: SetSMSAttributes)

        Raises InvalidParameterException.
        """
        for name in attributes:
            if name not in _SETTINGS:
                raise invalid(f"{name} is not a valid attribute")
        self.phones.settings.update(attributes)
        return {}

    @operation
    def get_sms_attributes(self, attributes: Sequence[str] = ()) -> Output:
        """The settings that were made, of these names if any are given. (SNS API: GetSMSAttributes)"""
        settings = self.phones.settings
        return {
            "attributes": {
                name: value for name, value in settings.items() if not attributes or name in attributes
            }
        }

    @operation
    def check_if_phone_number_is_opted_out(self, phone_number: str) -> Output:
        """Whether a phone's owner wants no messages. (SNS API: CheckIfPhoneNumberIsOptedOut)

        Raises InvalidParameterException.
        """
        _check(phone_number)
        return {"isOptedOut": phone_number in self.phones.opted_out}

    @operation
    def list_phone_numbers_opted_out(self, next_token: str | None = None) -> Output:
        """The phones whose owners want no messages, a hundred a page. (SNS API: ListPhoneNumbersOptedOut)"""
        answer = page("phoneNumbers", self.phones.opted_out, next_token)
        return {"nextToken" if name == "NextToken" else name: value for name, value in answer.items()}

    @operation
    def opt_in_phone_number(self, phone_number: str) -> Output:
        """Have a phone get messages again. (SNS API: OptInPhoneNumber) Raises InvalidParameterException."""
        _check(phone_number)
        self.phones.opt_in(phone_number)
        return {}


def _check(number: str) -> None:
    if not is_phone_number(number):
        raise invalid(f"PhoneNumber Reason: {number} is not valid to publish to")
