using Purser.Server.People;

namespace Purser.Server.Commands;

public enum ActorKind
{
    System,
    Person,
    Client,
    Device,
}

/// <summary>Who acts, with every right that the request carries. Loaded once per request by <see cref="ActorLoader"/>.</summary>
public sealed record Actor(ActorKind Kind, long Id, string Name)
{
    /// <summary>The system itself: jobs, device messages, set-up. May do everything; never made from a request.</summary>
    public static readonly Actor System = new(ActorKind.System, 0, "System") { IsUnlimited = true };

    public bool IsUnlimited { get; init; }

    /// <summary>Staff of the operator: customers see the vendor's support name instead of the person (domain rules 11.3).</summary>
    public bool IsStaff { get; init; }

    /// <summary>What customers read instead of the name of a member of staff: "&lt;Vendor&gt; Support".</summary>
    public string StaffName { get; init; } = "Support";

    /// <summary>The name for rows that customers see; the audit keeps the real one.</summary>
    public string ShownName => IsStaff ? StaffName : Name;

    /// <summary>A person of whom the installation asks a second factor that she has yet to set up: she is led there first.</summary>
    public bool MustEnrol { get; init; }

    public IReadOnlyList<OperatorRole> OperatorRoles { get; init; } = [];

    public IReadOnlyList<Grant> Grants { get; init; } = [];

    /// <summary>Null for people; what an API client's token is limited to.</summary>
    public IReadOnlySet<ApiScope>? Scopes { get; init; }

    /// <summary>The key under which idempotency keys of this caller are kept apart from those of others.</summary>
    public string Key => $"{Kind}:{Id}";

    /// <summary>May this be done anywhere in the installation (operator pages) or by any signed-in caller?</summary>
    public bool May(Permission permission) =>
        IsUnlimited
        || (InScope(permission)
            && (RoleTable.AnySignedIn(permission) || OperatorRoles.Any(role => RoleTable.Allows(role, permission))));

    /// <summary>Where in an account this may be done.</summary>
    public Reach ReachOf(Permission permission, long accountId)
    {
        if (IsUnlimited)
        {
            return Reach.Whole;
        }

        if (!InScope(permission))
        {
            return Reach.None;
        }

        if (OperatorRoles.Any(role => RoleTable.Allows(role, permission)))
        {
            return Reach.Whole;
        }

        var grants = Grants.Where(grant => grant.AccountId == accountId && RoleTable.Allows(grant.Role, permission)).ToList();
        return grants.Exists(grant => grant.VirtualAccountIds is null)
            ? Reach.Whole
            : new Reach(false, grants.SelectMany(grant => grant.VirtualAccountIds!).ToHashSet());
    }

    public bool May(Permission permission, long accountId) => ReachOf(permission, accountId).Any;

    public bool May(Permission permission, long accountId, long virtualAccountId) => ReachOf(permission, accountId).Covers(virtualAccountId);

    private bool InScope(Permission permission) => Scopes is null || Scopes.Contains(RoleTable.ScopeOf(permission));
}

/// <summary>A role held in an account: for the whole account (no ids) or for the virtual accounts named, children already expanded.</summary>
public sealed record Grant(long AccountId, Role Role, IReadOnlySet<long>? VirtualAccountIds);

/// <summary>The part of an account in which something is allowed.</summary>
public sealed record Reach(bool IsWhole, IReadOnlySet<long> VirtualAccountIds)
{
    public static readonly Reach Whole = new(true, new HashSet<long>());

    public static readonly Reach None = new(false, new HashSet<long>());

    public bool Any => IsWhole || VirtualAccountIds.Count > 0;

    public bool Covers(long virtualAccountId) => IsWhole || VirtualAccountIds.Contains(virtualAccountId);
}
