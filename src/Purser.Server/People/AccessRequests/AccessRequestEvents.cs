using Purser.Server.Events;

namespace Purser.Server.People;

/// <summary>The events about requests for access in an account's log (domain rules 11.1).</summary>
public static class AccessRequestEvents
{
    public static EventText Requested(AccessRequest request) => new(
        "Access Requested", $"The user \"{request.PersonName}\" ({request.Email}) requested access to the Smart Account.");

    public static EventText Approved(AccessRequest request) => new(
        "Access Approved", $"The access request of the user \"{request.PersonName}\" ({request.Email}) was approved by {request.DecidedBy}: {request.Given}.");

    public static EventText Declined(AccessRequest request) => new(
        "Access Declined", $"The access request of the user \"{request.PersonName}\" ({request.Email}) was declined by {request.DecidedBy}.");

    public static EventText Withdrawn(AccessRequest request) => new(
        "Access Request Withdrawn", $"The user \"{request.PersonName}\" ({request.Email}) took the access request back.");

    public static EventText RuleFailed(string mailDomain) => new(
        "Access Rule Failed",
        $"The access rule for the mail domain \"{mailDomain}\" names a virtual account that is not there any more. The request waits for an administrator; change the rule.");

    public static EventText RuleWaits(AccessRequest request, string mailDomain) => new(
        "Access Rule Waits",
        $"The access rule for the mail domain \"{mailDomain}\" did not answer the request of the user \"{request.PersonName}\" ({request.Email}): nobody has shown yet that the address is this person's.");

    public static EventText RuleCreated(string mailDomain, string does) => new("Access Rule Created", $"The access rule for the mail domain \"{mailDomain}\" was created: {does}.");

    public static EventText RuleChanged(string mailDomain, string does) => new("Access Rule Changed", $"The access rule for the mail domain \"{mailDomain}\" was changed: {does}.");

    public static EventText RuleRemoved(string mailDomain) => new("Access Rule Removed", $"The access rule for the mail domain \"{mailDomain}\" was removed.");
}
