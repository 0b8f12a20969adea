namespace Purser.Server.People.Pages;

/// <summary>What is to be done with the access of chosen people, as it was typed.</summary>
public sealed record AssignForm(IReadOnlyList<long> People, string Act, AccessForm Access)
{
    public const string Assign = "assign";
    public const string UnassignSelected = "unassign-selected";
    public const string UnassignAll = "unassign-all";

    public static readonly IReadOnlyList<(string Value, string Text)> Acts =
        [(Assign, "Give the role below"), (UnassignSelected, "Unassign the virtual accounts below"), (UnassignAll, "Unassign all")];

    public static AssignForm From(IFormCollection form) => new(MessageForm.Numbers(form["id"]), form["act"].ToString(), AccessForm.From(form));

    public static AssignForm From(IQueryCollection query) => new(MessageForm.Numbers(query["id"]), query["act"] == UnassignAll ? UnassignAll : Assign, AccessForm.Empty);
}
