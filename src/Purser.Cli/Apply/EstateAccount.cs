namespace Purser.Cli.Apply;

/// <summary>A Smart Account as the file wants it.</summary>
internal sealed record EstateAccount(
    long Line, string Domain, string Name, string? Type, bool? ExportPermitted, bool? HoldsRestrictedLicenses, string? PartyId, EstateAccount.Properties About, EstateAccount.Person? Administrator,
    IReadOnlyList<EstateAccount.Tag> Tags, IReadOnlyList<EstateAccount.Place> Places, IReadOnlyList<EstateAccount.Person> Users, IReadOnlyList<EstateAccount.Program> Clients,
    IReadOnlyList<EstateAccount.Group> Groups, IReadOnlyList<EstateAccount.Rule> Rules)
{
    /// <summary>What the operator enables; null leaves it as it is.</summary>
    public bool? SpecificReservation { get; private init; }

    public bool? UniversalReservation { get; private init; }

    public Flags? Configuration { get; private init; }

    public IReadOnlyList<Webhook> Webhooks { get; private init; } = [];

    public IReadOnlyList<View> Views { get; private init; } = [];

    public IReadOnlyList<License> Licenses { get; private init; } = [];

    /// <summary>What its own administrators may change too. Null leaves it as it is.</summary>
    public sealed record Properties(string? Description, string? Headquarters, string? Visibility);

    /// <summary>A custom tag of virtual accounts with the values that can be chosen.</summary>
    public sealed record Tag(long Line, string Name, string? Description, bool Required, bool Multiple, IReadOnlyList<string> Values);

    /// <param name="Tags">Custom tag → values; null leaves them as they are.</param>
    public sealed record Place(long Line, string Name, string? Parent, string? Description, string? AccessLevel, IReadOnlyDictionary<string, IReadOnlyList<string>>? Tags);

    public sealed record Person(long Line, string Email, string? Name, string Role, string? VirtualAccount, bool? IncludesChildren);

    public sealed record Program(long Line, string Name, IReadOnlyList<string> Scopes, IReadOnlyList<HeldRole> Roles, long? ExpiresInDays, IReadOnlyList<string> RedirectUris);

    public sealed record Group(long Line, string Name, string? Description, IReadOnlyList<string> Members, IReadOnlyList<HeldRole> Roles);

    public sealed record HeldRole(string Role, string? VirtualAccount, bool? IncludesChildren);

    /// <summary>Answers requests for access of a mail domain by itself.</summary>
    /// <param name="Role">Null: they are declined.</param>
    public sealed record Rule(long Line, string MailDomain, string? Role, IReadOnlyList<string> VirtualAccounts, bool IncludesChildren, string Reason);

    /// <summary>The license configuration. Null leaves a flag as it is.</summary>
    /// <param name="Notes">The reason for a change.</param>
    public sealed record Flags(long Line, bool? AddToInventory, bool? ShowTransactionDetails, string Notes);

    /// <summary>What is null stays as it is; of a new one it is the server's usual choice.</summary>
    public sealed record Webhook(
        long Line, string Name, string Url, string? LeastLevel, string? VirtualAccount, long? GroupMinutes, string? QuietFrom, string? QuietTo, string? Zone, bool? MajorAlways, bool? IsPaused);

    /// <summary>A saved view that everybody who works in the account is offered; it belongs to the program that applies the file.</summary>
    public sealed record View(long Line, string Of, string Name, string Query);

    /// <summary>What is set for a license in a virtual account.</summary>
    public sealed record License(long Line, string Name, string VirtualAccount, long? Percent, long? FewerThan, IReadOnlyList<string> Tags);

    public bool HasContent =>
        Tags.Count + Places.Count + Users.Count + Clients.Count + Groups.Count + Rules.Count + Webhooks.Count + Views.Count + Licenses.Count > 0 || Configuration is not null;

    /// <summary>Every virtual account that something in the file names, with the line.</summary>
    public IEnumerable<(long Line, string Name)> NamedPlaces =>
        Users.Select(user => (user.Line, Place: user.VirtualAccount))
            .Concat(Clients.SelectMany(program => program.Roles.Select(role => (program.Line, Place: role.VirtualAccount))))
            .Concat(Groups.SelectMany(group => group.Roles.Select(role => (group.Line, Place: role.VirtualAccount))))
            .Concat(Webhooks.Select(webhook => (webhook.Line, Place: webhook.VirtualAccount)))
            .Concat(Licenses.Select(license => (license.Line, Place: (string?)license.VirtualAccount)))
            .Concat(Rules.SelectMany(rule => rule.VirtualAccounts.Select(place => (rule.Line, Place: (string?)place))))
            .Where(named => named.Place is not null).Select(named => (named.Line, named.Place!));

    public static EstateAccount Read(EstateNode node)
    {
        node.Knows(
            "domain", "name", "type", "exportPermitted", "holdsRestrictedLicenses", "specificReservation", "universalReservation", "partyId", "description", "headquarters", "visibility", "administrator", "tags", "virtualAccounts", "users", "clients",
            "groups", "accessRules", "licenseConfiguration", "webhooks", "views", "licenses");
        var administrator = node.Part("administrator");
        return new EstateAccount(
            node.Line, node.Required("domain"), node.Required("name"), node.Part("type").Text(), node.Flag("exportPermitted"), node.Flag("holdsRestrictedLicenses"), node.Part("partyId").Text(),
            new Properties(node.Part("description").Text(), node.Part("headquarters").Text(), node.Part("visibility").Text()),
            administrator.IsThere ? ReadPerson(administrator.Knows("email", "name"), "SmartAccountAdministrator") : null,
            [.. node.Part("tags").Items().Select(ReadTag)],
            [.. PlacesOf(node.Part("virtualAccounts"), parent: null)],
            [.. node.Part("users").Items().Select(user => ReadPerson(user.Knows("email", "name", "role", "virtualAccount", "includesChildren"), user.Required("role")))],
            [.. node.Part("clients").Items().Select(ReadProgram)],
            [.. node.Part("groups").Items().Select(ReadGroup)],
            [.. node.Part("accessRules").Items().Select(ReadRule)])
        {
            SpecificReservation = node.Flag("specificReservation"),
            UniversalReservation = node.Flag("universalReservation"),
            Configuration = node.Part("licenseConfiguration") is { IsThere: true } flags ? ReadFlags(flags) : null,
            Webhooks = [.. node.Part("webhooks").Items().Select(ReadWebhook)],
            Views = [.. node.Part("views").Items().Select(ReadView)],
            Licenses = [.. node.Part("licenses").Items().Select(ReadLicense)],
        };
    }

    private static Flags ReadFlags(EstateNode node)
    {
        node.Knows("addToInventory", "showTransactionDetails", "notes");
        return new Flags(node.Line, node.Flag("addToInventory"), node.Flag("showTransactionDetails"), node.Part("notes").Text() ?? "As the estate file has it");
    }

    private static Webhook ReadWebhook(EstateNode node)
    {
        node.Knows("name", "url", "leastLevel", "virtualAccount", "groupMinutes", "quietFrom", "quietTo", "zone", "majorAlways", "isPaused");
        return new Webhook(
            node.Line, node.Required("name"), node.Required("url"), node.Part("leastLevel").Text(), node.Part("virtualAccount").Text(), node.Number("groupMinutes"),
            node.Part("quietFrom").Text(), node.Part("quietTo").Text(), node.Part("zone").Text(), node.Flag("majorAlways"), node.Flag("isPaused"));
    }

    private static View ReadView(EstateNode node)
    {
        node.Knows("of", "name", "query");
        return new View(node.Line, node.Required("of"), node.Required("name"), node.Part("query").Text() ?? "");
    }

    private static License ReadLicense(EstateNode node)
    {
        node.Knows("license", "virtualAccount", "threshold", "tags");
        var threshold = node.Part("threshold").Knows("percent", "fewerThan");
        return new License(
            node.Line, node.Required("license"), node.Required("virtualAccount"), threshold.Number("percent"), threshold.Number("fewerThan"), node.Part("tags").Texts());
    }

    private static Group ReadGroup(EstateNode node)
    {
        node.Knows("name", "description", "members", "roles");
        return new Group(
            node.Line, node.Required("name"), node.Part("description").Text(), [.. node.Part("members").Items().Select(member => member.Text() ?? "")],
            [.. node.Part("roles").Items().Select(role => ReadRole(role.Knows("role", "virtualAccount", "includesChildren")))]);
    }

    private static HeldRole ReadRole(EstateNode node) => new(node.Required("role"), node.Part("virtualAccount").Text(), node.Flag("includesChildren"));

    private static Rule ReadRule(EstateNode node)
    {
        node.Knows("mailDomain", "role", "virtualAccounts", "includesChildren", "reason");
        return new Rule(
            node.Line, node.Required("mailDomain"), node.Part("role").Text(), node.Part("virtualAccounts").Texts(), node.Flag("includesChildren") ?? true,
            node.Part("reason").Text() ?? "");
    }

    /// <summary>Parents before their children.</summary>
    private static IEnumerable<Place> PlacesOf(EstateNode list, string? parent)
    {
        foreach (var node in list.Items())
        {
            node.Knows("name", "description", "accessLevel", "tags", "virtualAccounts");
            var place = new Place(node.Line, node.Required("name"), parent, node.Part("description").Text(), node.Part("accessLevel").Text(), TagsOf(node.Part("tags")));
            yield return place;
            foreach (var child in PlacesOf(node.Part("virtualAccounts"), place.Name))
            {
                yield return child;
            }
        }
    }

    private static Tag ReadTag(EstateNode node)
    {
        node.Knows("name", "description", "required", "multiple", "values");
        return new Tag(
            node.Line, node.Required("name"), node.Part("description").Text(), node.Flag("required") ?? false, node.Flag("multiple") ?? false,
            [.. node.Part("values").Items().Select(value => value.Text() ?? "")]);
    }

    /// <summary>"Country: Sweden" or "Country: [Sweden, Norway]".</summary>
    private static Dictionary<string, IReadOnlyList<string>>? TagsOf(EstateNode node) => !node.IsThere
        ? null
        : node.Names().ToDictionary(name => name, name => node.Part(name).Texts(), StringComparer.OrdinalIgnoreCase);

    private static Person ReadPerson(EstateNode node, string role) => new(
        node.Line, node.Required("email"), node.Part("name").Text(), role, node.Part("virtualAccount").Text(), node.Flag("includesChildren"));

    private static Program ReadProgram(EstateNode node)
    {
        node.Knows("name", "scopes", "role", "virtualAccount", "includesChildren", "roles", "expiresInDays", "redirectUris");
        var scopes = node.Part("scopes").Items().Select(scope => scope.Text() ?? "").ToList();
        if (scopes.Count == 0)
        {
            node.Wrong($"{node.Path}: a client needs scopes: Read, Write, Manage");
        }

        // One role stands beside the name, several in a list.
        var roles = node.Part("roles");
        return new Program(
            node.Line, node.Required("name"), scopes,
            roles.IsThere ? [.. roles.Items().Select(role => ReadRole(role.Knows("role", "virtualAccount", "includesChildren")))] : [ReadRole(node)],
            node.Number("expiresInDays"), node.Part("redirectUris").Texts());
    }
}
