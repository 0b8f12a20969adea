using Microsoft.AspNetCore.Components;

namespace Purser.Server.Web.Components;

public sealed partial class DataTable<TItem>
{
    readonly List<Column<TItem>> columns = [];

    /// <summary>Id of the element, which partial updates replace.</summary>
    [Parameter, EditorRequired] public string Id { get; set; } = "";

    /// <summary>What the table holds, for screen readers.</summary>
    [Parameter, EditorRequired] public string Caption { get; set; } = "";
    [Parameter, EditorRequired] public IReadOnlyList<TItem> Items { get; set; } = [];
    [Parameter, EditorRequired] public Func<TItem, string> Key { get; set; } = default!;
    [Parameter, EditorRequired] public TableQuery Query { get; set; } = default!;

    /// <summary>The columns.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    /// <summary>Column the list is sorted by when the address says nothing, "-name" for descending.</summary>
    [Parameter] public string? DefaultSort { get; set; }

    /// <summary>Shown in the empty search box; without it there is none.</summary>
    [Parameter] public string? SearchHint { get; set; }
    [Parameter] public IReadOnlyList<TableFilter> Filters { get; set; } = [];
    [Parameter] public RenderFragment? Toolbar { get; set; }

    /// <summary>What is to be known about what is shown, above it; it changes with the table.</summary>
    [Parameter] public RenderFragment? Notice { get; set; }

    /// <summary>Address of the CSV form; the table's filters and sort are added to it.</summary>
    [Parameter] public string? Export { get; set; }

    /// <summary>Buttons of the bulk bar: submit buttons with their own formaction; chosen keys travel as <c>id</c>.</summary>
    [Parameter] public RenderFragment? BulkActions { get; set; }
    [Parameter] public Func<TItem, string>? RowName { get; set; }
    [Parameter] public RenderFragment<TItem>? RowMenu { get; set; }

    /// <summary>A line below each row with more of it.</summary>
    [Parameter] public RenderFragment<TItem>? RowDetail { get; set; }

    /// <summary>Further parts of the address that narrow the list: "Clear filters" takes them too.</summary>
    [Parameter] public IReadOnlyList<string> AlsoNarrowing { get; set; } = [];
    [Parameter] public Func<TItem, string?>? RowClass { get; set; }
    [Parameter] public TableTotal? Total { get; set; }
    [Parameter] public string? Next { get; set; }
    [Parameter] public string? Previous { get; set; }

    /// <summary>What belongs here and the one next step, when the list is empty without any filter.</summary>
    [Parameter] public RenderFragment? Empty { get; set; }

    static RenderFragment DefaultEmpty => builder =>
    {
        builder.OpenComponent<EmptyState>(0);
        builder.AddComponentParameter(1, nameof(EmptyState.Title), Words.NothingHere);
        builder.CloseComponent();
    };

    internal void Add(Column<TItem> column) => columns.Add(column);

    bool Selectable => BulkActions is not null;
    IEnumerable<string> NarrowingKeys => Filters.Select(filter => filter.Name).Append("q").Concat(AlsoNarrowing);
    bool Narrowed => NarrowingKeys.Any(key => Query.Filter(key) is not null) || Query.After is not null || Query.Before is not null;
    string SortedBy => Query.Sort ?? DefaultSort?.TrimStart('-') ?? "";
    bool SortedDown => Query.Sort is null ? DefaultSort?.StartsWith('-') == true : Query.Descending;

    bool IsSorted(Column<TItem> column) => column.Sort is not null && column.Sort == SortedBy;
    string? AriaSort(Column<TItem> column) => !IsSorted(column) ? null : SortedDown ? "descending" : "ascending";
    string NextSort(Column<TItem> column) => IsSorted(column) && !SortedDown ? $"-{column.Sort}" : column.Sort!;
    Dictionary<string, object> SortLink(Column<TItem> column) => Partial.Part(Id, Query.With("sort", NextSort(column)));
    string SortIcon(Column<TItem> column) => !IsSorted(column) ? "arrows-sort" : SortedDown ? "sort-descending" : "sort-ascending";
    string SelectLabel(TItem item) => RowName is null ? Words.SelectRow : $"{Words.SelectRow}: {RowName(item)}";
}
