"""Which service, region and account a URL means: the first thing the front door asks of a request."""

from skymock.addressing.address import Address
from skymock.addressing.resolution import address_of
from skymock.addressing.scope import CredentialScope, credential_scope

__all__ = ["Address", "CredentialScope", "address_of", "credential_scope"]
