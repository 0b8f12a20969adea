using System.Text.Json.Nodes;
using Purser.Server.Commands;

namespace Purser.Server.People.Provisioning;

/// <summary>What of a SCIM user is kept here. A resource may say more, which is passed over; a PATCH of anything else is turned down.</summary>
internal sealed record ScimUserFields(string UserName)
{
    public string ExternalId { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public string GivenName { get; init; } = "";
    public string FamilyName { get; init; } = "";
    public string Email { get; init; } = "";
    public bool IsActive { get; init; } = true;

    /// <summary>As people are called: the display name, else the name's parts, else how she signs in.</summary>
    public string Name =>
        DisplayName.Length > 0 ? DisplayName
        : $"{GivenName} {FamilyName}".Trim() is { Length: > 0 } parts ? parts
        : UserName;

    /// <summary>The address that finds the person.</summary>
    public string Address => Email.Length > 0 ? Email : UserName;

    public static Verdict<ScimUserFields> From(JsonObject resource)
    {
        var fields = new ScimUserFields("");
        foreach (var attribute in new[] { "userName", "externalId", "displayName", "name", "emails", "active" })
        {
            if (resource[attribute] is not { } value)
            {
                continue;
            }

            var next = fields.Apply(new ScimPatch.Operation("replace", attribute.ToLowerInvariant(), null, value));
            if (!next.IsOk)
            {
                return next;
            }

            fields = next.Value;
        }

        return fields.Judge() is { } refusal ? refusal : fields;
    }

    public Refusal? Judge() =>
        Wrong(UserName, "userName", isOptional: false) ?? Wrong(ExternalId, "externalId") ?? Wrong(DisplayName, "displayName") ?? Wrong(GivenName, "name.givenName")
        ?? Wrong(FamilyName, "name.familyName")
        ?? (NewPerson.Problem(new NewPerson(Address)) is null
            ? null
            : Scim.Refused(Scim.InvalidValue, "Give an e-mail address: in emails, or as userName."));

    public Verdict<ScimUserFields> Apply(ScimPatch.Operation operation)
    {
        var isRemoved = operation.Verb == "remove";
        switch (operation.Path)
        {
            case "username" when isRemoved:
            case "active" when isRemoved:
                return Scim.Refused(Scim.InvalidValue, $"{operation.Path} cannot be removed.");
            case "username":
                return TextOf(operation, text => this with { UserName = text });
            case "externalid":
                return TextOf(operation, text => this with { ExternalId = text });
            case "displayname":
            case "name.formatted":
                return TextOf(operation, text => this with { DisplayName = text });
            case "name.givenname":
                return TextOf(operation, text => this with { GivenName = text });
            case "name.familyname":
                return TextOf(operation, text => this with { FamilyName = text });
            case "name":
                return isRemoved ? this with { GivenName = "", FamilyName = "" } : ApplyName(operation);
            case "emails" or "emails.value" when isRemoved:
                return this with { Email = "" };
            case "emails.value":
                return TextOf(operation, text => this with { Email = text });
            case "emails":
                return MailOf(operation.Value) is { } mail ? this with { Email = mail } : Scim.Refused(Scim.InvalidValue, "emails is a list of objects with value.");
            case "active":
                return BooleanOf(operation.Value) is { } isActive ? this with { IsActive = isActive } : Scim.Refused(Scim.InvalidValue, "active is true or false.");
            case "id" or "meta" or "groups" or "schemas":
                return Scim.Refused(Scim.Mutability, $"{operation.Path} is kept by this server.");
            default:
                return Scim.Refused(Scim.InvalidPath, $"“{operation.Path}” is not an attribute of users that is kept here (see /Schemas).");
        }
    }

    private Verdict<ScimUserFields> ApplyName(ScimPatch.Operation operation)
    {
        if (operation.Value is not JsonObject parts)
        {
            return Scim.Refused(Scim.InvalidValue, "name is an object with givenName and familyName.");
        }

        var fields = this with
        {
            GivenName = Scim.Text(parts["givenName"]) ?? GivenName,
            FamilyName = Scim.Text(parts["familyName"]) ?? FamilyName,
        };
        return fields.DisplayName.Length == 0 && Scim.Text(parts["formatted"]) is { } formatted ? fields with { DisplayName = formatted } : fields;
    }

    private static Verdict<ScimUserFields> TextOf(ScimPatch.Operation operation, Func<string, ScimUserFields> with) =>
        operation.Verb == "remove" ? with("")
        : Scim.Text(operation.Value) is { } text ? with(text.Trim())
        : Scim.Refused(Scim.InvalidValue, $"{operation.Path} is a text.");

    /// <summary>The primary address, else that for work, else the first.</summary>
    private static string? MailOf(JsonNode? value)
    {
        if (value is not JsonArray list)
        {
            return value is JsonObject one ? Scim.Text(one["value"])?.Trim() : null;
        }

        var mails = list.OfType<JsonObject>().ToList();
        var chosen = mails.Find(mail => BooleanOf(mail["primary"]) == true) ?? mails.Find(mail => Scim.Text(mail["type"]) == "work") ?? mails.FirstOrDefault();
        return chosen is null ? list.Count == 0 ? "" : null : Scim.Text(chosen["value"])?.Trim();
    }

    /// <summary>Some programs write "False".</summary>
    private static bool? BooleanOf(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<bool>(out var plain) ? plain
        : bool.TryParse(Scim.Text(node), out var written) ? written
        : null;

    private static Refusal? Wrong(string text, string attribute, bool isOptional = true) =>
        InputText.Problem(text, attribute, attribute, NewPerson.LongestEmail, isOptional) is { } problem ? Scim.Refused(Scim.InvalidValue, problem.Detail) : null;
}
